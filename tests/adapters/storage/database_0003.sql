BEGIN TRANSACTION;
CREATE TABLE bars (
	market VARCHAR(32) NOT NULL, 
	day DATE NOT NULL, 
	open BIGINT, 
	high BIGINT, 
	low BIGINT, 
	close BIGINT, 
	final BOOLEAN NOT NULL, 
	seen_at DATETIME NOT NULL, 
	PRIMARY KEY (market, day)
)
 WITHOUT ROWID

;
INSERT INTO "bars" VALUES('nikkei','2025-09-11',4435000,4440000,4430000,4437000,1,'2025-09-17 03:00:01.000000');
INSERT INTO "bars" VALUES('nikkei','2025-09-12',4435001,4440001,4430001,4437001,1,'2025-09-17 03:00:01.000000');
CREATE TABLE checkpoints (
	market VARCHAR(32) NOT NULL, 
	kind VARCHAR(8) NOT NULL, 
	day DATE NOT NULL, 
	source VARCHAR(64) NOT NULL, 
	level BIGINT NOT NULL, 
	known_as_of DATE NOT NULL, 
	covers_from DATE, 
	PRIMARY KEY (market, kind, day, source)
)
 WITHOUT ROWID

;
CREATE TABLE contents (
	content TEXT NOT NULL, 
	message TEXT NOT NULL, 
	made_at BIGINT NOT NULL, 
	PRIMARY KEY (content)
);
INSERT INTO "contents" VALUES('{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}','{"message": {"flags": 32768, "components": [{"type": 10, "content": "Subject(topic=<Topic.SUMMARY: ''summary''>, key=''asia'') None"}, {"type": 1, "components": [{"type": 2, "style": 2, "label": "now", "custom_id": "post:?"}]}]}, "delayed": "delayed"}',1757984400000);
INSERT INTO "contents" VALUES('{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}','{"message": {"flags": 32768, "components": [{"type": 10, "content": "Subject(topic=<Topic.SUMMARY: ''summary''>, key=''asia'') None"}, {"type": 1, "components": [{"type": 2, "style": 2, "label": "now", "custom_id": "post:?"}]}]}, "delayed": "delayed"}',1758067200500);
CREATE TABLE corrections (
	id INTEGER NOT NULL, 
	market VARCHAR(32) NOT NULL, 
	day DATE NOT NULL, 
	seen_at DATETIME NOT NULL, 
	open BIGINT, 
	high BIGINT, 
	low BIGINT, 
	close BIGINT, 
	was_open BIGINT, 
	was_high BIGINT, 
	was_low BIGINT, 
	was_close BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE deliveries (
	id INTEGER NOT NULL, 
	origin VARCHAR(8) NOT NULL, 
	origin_id BIGINT NOT NULL, 
	event VARCHAR(64) NOT NULL, 
	guild BIGINT NOT NULL, 
	channel BIGINT NOT NULL, 
	content TEXT NOT NULL, 
	mention BIGINT, 
	due BIGINT NOT NULL, 
	latest BIGINT NOT NULL, 
	state VARCHAR(8) NOT NULL, 
	ready_at BIGINT, 
	token VARCHAR(32), 
	tried_at BIGINT, 
	attempts INTEGER NOT NULL, 
	nonce VARCHAR(25) NOT NULL, 
	delayed BOOLEAN NOT NULL, 
	message BIGINT, 
	problem TEXT, 
	done_at BIGINT, 
	publication VARCHAR(8) NOT NULL, 
	publish_at BIGINT, 
	publish_attempts INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (origin, origin_id, event)
);
INSERT INTO "deliveries" VALUES(1,'post',1,'2025-09-16 09:00 Asia/Tokyo',1,10,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400000,1,'bd9ad92c0bef529a508848ed',1,1,NULL,1757984400000,'none',NULL,0);
INSERT INTO "deliveries" VALUES(2,'post',2,'2025-09-16 09:00 Asia/Tokyo',1,11,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400000,1,'2a0474ed98b5a6d1a2c15ca4',1,2,NULL,1757984400000,'none',NULL,0);
INSERT INTO "deliveries" VALUES(3,'post',3,'2025-09-16 09:00 Asia/Tokyo',1,12,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400000,1,'cfc93c448cf3f8f990402b8c',1,3,NULL,1757984400000,'none',NULL,0);
INSERT INTO "deliveries" VALUES(4,'post',4,'2025-09-16 09:00 Asia/Tokyo',1,13,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400000,1,'862ae054b3c213b587dca402',1,4,NULL,1757984400000,'none',NULL,0);
INSERT INTO "deliveries" VALUES(5,'post',5,'2025-09-16 09:00 Asia/Tokyo',1,14,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400000,1,'4d6d2294f15b2c60f3180a86',1,5,NULL,1757984400000,'none',NULL,0);
INSERT INTO "deliveries" VALUES(6,'post',6,'2025-09-16 09:00 Asia/Tokyo',1,15,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400000,1,'e1b7dc9089684f28aabcedfe',1,6,NULL,1757984400000,'none',NULL,0);
INSERT INTO "deliveries" VALUES(7,'post',7,'2025-09-16 09:00 Asia/Tokyo',1,16,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400000,1,'a2daf9909b818a398dac5631',1,7,NULL,1757984400000,'none',NULL,0);
INSERT INTO "deliveries" VALUES(8,'post',8,'2025-09-16 09:00 Asia/Tokyo',1,17,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400000,1,'e448d8e56965bcdfd97df54c',1,8,NULL,1757984400000,'none',NULL,0);
INSERT INTO "deliveries" VALUES(9,'post',9,'2025-09-16 09:00 Asia/Tokyo',1,18,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400000,1,'696ac781b6e2b96fa297657b',1,9,NULL,1757984400000,'none',NULL,0);
INSERT INTO "deliveries" VALUES(10,'post',10,'2025-09-16 09:00 Asia/Tokyo',1,19,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400000,1,'5950ead3d69be69ef1561ef3',1,10,NULL,1757984400000,'none',NULL,0);
INSERT INTO "deliveries" VALUES(11,'post',11,'2025-09-16 09:00 Asia/Tokyo',1,20,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400250,1,'45dd635cf0aafbe6453c8d07',1,11,NULL,1757984400250,'none',NULL,0);
INSERT INTO "deliveries" VALUES(12,'post',12,'2025-09-16 09:00 Asia/Tokyo',1,21,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400250,1,'dc42c8b3258a1dd2dbe37abe',1,12,NULL,1757984400250,'none',NULL,0);
INSERT INTO "deliveries" VALUES(13,'post',13,'2025-09-16 09:00 Asia/Tokyo',1,22,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400250,1,'9c970b509d9fba5c6a04e76e',1,13,NULL,1757984400250,'none',NULL,0);
INSERT INTO "deliveries" VALUES(14,'post',14,'2025-09-16 09:00 Asia/Tokyo',1,23,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400250,1,'77c4d4b5d37fb36515168fd2',1,14,NULL,1757984400250,'none',NULL,0);
INSERT INTO "deliveries" VALUES(15,'post',15,'2025-09-16 09:00 Asia/Tokyo',1,24,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400250,1,'59da367d852be943c432b0d0',1,15,NULL,1757984400250,'none',NULL,0);
INSERT INTO "deliveries" VALUES(16,'post',16,'2025-09-16 09:00 Asia/Tokyo',1,25,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400250,1,'21e11a55b177a9a6a6edd048',1,16,NULL,1757984400250,'none',NULL,0);
INSERT INTO "deliveries" VALUES(17,'post',17,'2025-09-16 09:00 Asia/Tokyo',1,26,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400250,1,'6fcec0c22301a3529d0948b3',1,17,NULL,1757984400250,'none',NULL,0);
INSERT INTO "deliveries" VALUES(18,'post',18,'2025-09-16 09:00 Asia/Tokyo',1,27,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400250,1,'7057856b7255af8ecf1dea5e',1,18,NULL,1757984400250,'none',NULL,0);
INSERT INTO "deliveries" VALUES(19,'post',19,'2025-09-16 09:00 Asia/Tokyo',1,28,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400250,1,'0bca130a6d021edaf4e7419b',1,19,NULL,1757984400250,'none',NULL,0);
INSERT INTO "deliveries" VALUES(20,'post',20,'2025-09-16 09:00 Asia/Tokyo',1,29,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400250,1,'b519b97f14ba8e5a8c333550',1,20,NULL,1757984400250,'none',NULL,0);
INSERT INTO "deliveries" VALUES(21,'post',21,'2025-09-16 09:00 Asia/Tokyo',2,30,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400500,1,'cdc9ff2f925370d6eaccec62',1,21,NULL,1757984400500,'none',NULL,0);
INSERT INTO "deliveries" VALUES(22,'post',22,'2025-09-16 09:00 Asia/Tokyo',2,31,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400500,1,'3e57a29d37b2cac6f759fd39',1,22,NULL,1757984400500,'none',NULL,0);
INSERT INTO "deliveries" VALUES(23,'post',23,'2025-09-16 09:00 Asia/Tokyo',2,32,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400500,1,'2a47c935d8a4ef55614b135d',1,23,NULL,1757984400500,'none',NULL,0);
INSERT INTO "deliveries" VALUES(24,'post',24,'2025-09-16 09:00 Asia/Tokyo',2,33,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400500,1,'4ca097fdd31b1d7bc7684be3',1,24,NULL,1757984400500,'none',NULL,0);
INSERT INTO "deliveries" VALUES(25,'post',25,'2025-09-16 09:00 Asia/Tokyo',2,34,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400500,1,'df582f18b23044932f2afb40',1,25,NULL,1757984400500,'none',NULL,0);
INSERT INTO "deliveries" VALUES(26,'post',26,'2025-09-16 09:00 Asia/Tokyo',2,35,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400500,1,'684bacdcc0ba9085d072fc56',1,26,NULL,1757984400500,'none',NULL,0);
INSERT INTO "deliveries" VALUES(27,'post',27,'2025-09-16 09:00 Asia/Tokyo',2,36,'{"due":"2025-09-16T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1757980800000,1757988000000,'sent',NULL,NULL,1757984400500,1,'6d6a1f761bdd53ff972fd102',1,27,NULL,1757984400500,'none',NULL,0);
INSERT INTO "deliveries" VALUES(28,'post',1,'2025-09-17 09:00 Asia/Tokyo',1,10,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067200500,1,'f8a0dfbd709ded632c1686ee',0,NULL,'The channel is gone.',1758067200500,'none',NULL,0);
INSERT INTO "deliveries" VALUES(29,'post',2,'2025-09-17 09:00 Asia/Tokyo',1,11,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067200500,1,'12fe233957a122deef55e96f',0,NULL,'I cannot see the channel.',1758067200500,'none',NULL,0);
INSERT INTO "deliveries" VALUES(30,'post',3,'2025-09-17 09:00 Asia/Tokyo',1,12,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067200500,1,'854ba8e34d12e5b51fc75a4f',0,NULL,'The message is gone.',1758067200500,'none',NULL,0);
INSERT INTO "deliveries" VALUES(31,'post',4,'2025-09-17 09:00 Asia/Tokyo',1,13,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067200500,1,'3ef7548e42147f9666a1368e',0,NULL,'I lack a permission in the channel.',1758067200500,'none',NULL,0);
INSERT INTO "deliveries" VALUES(32,'post',5,'2025-09-17 09:00 Asia/Tokyo',1,14,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067200500,1,'82d79bf6a115a622bdb8e7c2',0,NULL,'The thread is archived.',1758067200500,'none',NULL,0);
INSERT INTO "deliveries" VALUES(33,'post',6,'2025-09-17 09:00 Asia/Tokyo',1,15,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067200500,1,'10e02dcfcdb67a67dbc85fa7',0,NULL,'Discord refuses the token.',1758067200500,'none',NULL,0);
INSERT INTO "deliveries" VALUES(34,'post',7,'2025-09-17 09:00 Asia/Tokyo',1,16,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067200500,1,'439227aec93c7c497b28ab1e',0,NULL,'Discord refuses it (400, 50035).',1758067200500,'none',NULL,0);
INSERT INTO "deliveries" VALUES(35,'post',8,'2025-09-17 09:00 Asia/Tokyo',1,17,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067200500,1,'3ae3d36a2377d077849c0913',0,NULL,'Discord has trouble (502).',1758067200500,'none',NULL,0);
INSERT INTO "deliveries" VALUES(36,'post',9,'2025-09-17 09:00 Asia/Tokyo',1,18,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067200500,1,'b42a462c3faba0d209435f90',0,NULL,'Discord asks to wait.',1758067200500,'none',NULL,0);
INSERT INTO "deliveries" VALUES(37,'post',10,'2025-09-17 09:00 Asia/Tokyo',1,19,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067200500,1,'6795cad522c6e00b8d7fb299',0,NULL,'Discord did not answer.',1758067200500,'none',NULL,0);
INSERT INTO "deliveries" VALUES(38,'post',11,'2025-09-17 09:00 Asia/Tokyo',1,20,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067200750,1,'9d8cecb80c8d63f746ad5d33',0,NULL,'Discord''s answer could not be read.',1758067200750,'none',NULL,0);
INSERT INTO "deliveries" VALUES(39,'post',12,'2025-09-17 09:00 Asia/Tokyo',1,21,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067200750,1,'299998d51dd03f9aae11c13d',0,NULL,'Discord cannot be reached.',1758067200750,'none',NULL,0);
INSERT INTO "deliveries" VALUES(40,'post',13,'2025-09-17 09:00 Asia/Tokyo',1,22,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067200750,1,'3556b8f327504e20897f88f6',0,NULL,'The bot is not connected to Discord yet.',1758067200750,'none',NULL,0);
INSERT INTO "deliveries" VALUES(41,'post',14,'2025-09-17 09:00 Asia/Tokyo',1,23,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067200750,1,'f5eba9ca5b9a0f36c665095a',0,NULL,'Discord answered for another message.',1758067200750,'none',NULL,0);
INSERT INTO "deliveries" VALUES(42,'post',15,'2025-09-17 09:00 Asia/Tokyo',1,24,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067200750,1,'1ccd30b50e654c81b35779fc',0,NULL,'It was held up for too long to be sent.',1758067200750,'none',NULL,0);
INSERT INTO "deliveries" VALUES(43,'post',16,'2025-09-17 09:00 Asia/Tokyo',1,25,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067200750,1,'979ee6b6d3e448103f76759f',0,NULL,'It was too late by the time that it could be sent.',1758067200750,'none',NULL,0);
INSERT INTO "deliveries" VALUES(44,'post',17,'2025-09-17 09:00 Asia/Tokyo',1,26,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067200750,1,'38c8dbc94f7ed4f481b16b99',0,NULL,'I was not running, or could not reach Discord, until it was too late.',1758067200750,'none',NULL,0);
INSERT INTO "deliveries" VALUES(45,'post',18,'2025-09-17 09:00 Asia/Tokyo',1,27,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067200750,1,'f26e96c91ec03e3c0d731121',0,NULL,'The message could not be composed.',1758067200750,'none',NULL,0);
INSERT INTO "deliveries" VALUES(46,'post',19,'2025-09-17 09:00 Asia/Tokyo',1,28,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067200750,1,'67b5557bcdf4ae315ed0399e',0,NULL,'It was sent without the mention: whoever set it up may not mention that role now.',1758067200750,'none',NULL,0);
INSERT INTO "deliveries" VALUES(47,'post',20,'2025-09-17 09:00 Asia/Tokyo',1,29,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067200750,1,'2c8d6727d33bc9ca75555e4e',0,NULL,'It was paused, or I had left the server, before it could be sent.',1758067200750,'none',NULL,0);
INSERT INTO "deliveries" VALUES(48,'post',21,'2025-09-17 09:00 Asia/Tokyo',2,30,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067201000,1,'d4ac61a0aea9d299dccba0ca',0,NULL,'It was damaged where I keep it, and could not be sent.',1758067201000,'none',NULL,0);
INSERT INTO "deliveries" VALUES(49,'post',22,'2025-09-17 09:00 Asia/Tokyo',2,31,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067201000,1,'88312202cf494b139d03b765',0,NULL,'I lack **Send Messages**, **Attach Files** in the channel.',1758067201000,'none',NULL,0);
INSERT INTO "deliveries" VALUES(50,'post',23,'2025-09-17 09:00 Asia/Tokyo',2,32,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067201000,1,'aaf80c9e999bfd4a278fe7b4',0,NULL,'I lack **Send Messages in Threads** in the channel.',1758067201000,'none',NULL,0);
INSERT INTO "deliveries" VALUES(51,'post',24,'2025-09-17 09:00 Asia/Tokyo',2,33,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067201000,1,'59a5b51a7855ab3c94787da5',0,NULL,'It may or may not have been sent: I lack Read Message History in the channel.',1758067201000,'none',NULL,0);
INSERT INTO "deliveries" VALUES(52,'post',25,'2025-09-17 09:00 Asia/Tokyo',2,34,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067201000,1,'fe6f23fdfcf0b551f4276cc2',0,NULL,'It may or may not have been sent: Too much was written in the channel since.',1758067201000,'none',NULL,0);
INSERT INTO "deliveries" VALUES(53,'post',26,'2025-09-17 09:00 Asia/Tokyo',2,35,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067201000,1,'338e76e93d50f6f91ed4afc0',0,NULL,'It may or may not have been sent: Discord refuses it (400, 50035).',1758067201000,'none',NULL,0);
INSERT INTO "deliveries" VALUES(54,'post',27,'2025-09-17 09:00 Asia/Tokyo',2,36,'{"due":"2025-09-17T00:00:00Z","style":{"language":"en-US","colours":"western"},"subject":{"topic":"summary","key":"asia"},"skipped":null,"event":null}',NULL,1758067200000,1758074400000,'failed',NULL,NULL,1758067201000,1,'1c188f83244de57d91c209f8',0,NULL,'Words of a version before all of these: {text} **50 %**.',1758067201000,'none',NULL,0);
CREATE TABLE opening_bell_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT opening_bell_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "opening_bell_version" VALUES('0003');
CREATE TABLE pace (
	name VARCHAR(16) NOT NULL, 
	free_at BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "pace" VALUES('discord',1758067201250000);
CREATE TABLE proposals (
	token VARCHAR(32) NOT NULL, 
	guild BIGINT NOT NULL, 
	action VARCHAR(8) NOT NULL, 
	post TEXT, 
	expires_at BIGINT NOT NULL, 
	ending VARCHAR(8), 
	number BIGINT, 
	PRIMARY KEY (token)
);
INSERT INTO "proposals" VALUES('1-00aabbccddeeff00',1,'change','{"guild": 1, "channel": 13, "creator": 5, "mention": null, "publish": false, "style": "{\"language\":\"en-US\",\"colours\":\"western\"}", "paused": false, "problem": null, "problem_at": null, "failing_since": null, "kind": "post", "task": "{\"subject\":{\"topic\":\"summary\",\"key\":\"asia\"},\"timing\":{\"when\":{\"at\":\"09:00:00\",\"zone\":\"Asia/Tokyo\",\"weekdays\":[0,1,2,3,4,5,6]},\"rule\":\"every\",\"region\":\"world\",\"market\":\"\",\"skip_note\":false}}", "planned_until": 1757937600000, "next_due": 1757980800000, "id": 4}',1758078901000,NULL,NULL);
CREATE TABLE readings (
	market VARCHAR(32) NOT NULL, 
	first_day DATE, 
	loaded_at DATETIME NOT NULL, 
	read_at DATETIME NOT NULL, 
	twice INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (market)
)
 WITHOUT ROWID

;
INSERT INTO "readings" VALUES('nikkei','2025-09-11','2025-09-17 03:00:01.000000','2025-09-17 03:00:01.000000',0);
CREATE TABLE subscriptions (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind VARCHAR(8) NOT NULL, 
	guild BIGINT NOT NULL, 
	channel BIGINT NOT NULL, 
	creator BIGINT NOT NULL, 
	mention BIGINT, 
	publish BOOLEAN NOT NULL, 
	style TEXT NOT NULL, 
	task TEXT NOT NULL, 
	market VARCHAR(32), 
	paused BOOLEAN NOT NULL, 
	left_at BIGINT, 
	planned_until BIGINT, 
	next_due BIGINT, 
	problem TEXT, 
	problem_at BIGINT, 
	failing_since BIGINT, 
	notice_at BIGINT
);
INSERT INTO "subscriptions" VALUES(1,'post',1,10,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'The channel is gone.',1758067200500,NULL,NULL);
INSERT INTO "subscriptions" VALUES(2,'post',1,11,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'I cannot see the channel.',1758067200500,NULL,NULL);
INSERT INTO "subscriptions" VALUES(3,'post',1,12,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'The message is gone.',1758067200500,NULL,NULL);
INSERT INTO "subscriptions" VALUES(4,'post',1,13,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'I lack a permission in the channel.',1758067200500,NULL,NULL);
INSERT INTO "subscriptions" VALUES(5,'post',1,14,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'The thread is archived.',1758067200500,NULL,NULL);
INSERT INTO "subscriptions" VALUES(6,'post',1,15,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'Discord refuses the token.',1758067200500,NULL,NULL);
INSERT INTO "subscriptions" VALUES(7,'post',1,16,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'Discord refuses it (400, 50035).',1758067200500,NULL,NULL);
INSERT INTO "subscriptions" VALUES(8,'post',1,17,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'Discord has trouble (502).',1758067200500,NULL,NULL);
INSERT INTO "subscriptions" VALUES(9,'post',1,18,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'Discord asks to wait.',1758067200500,NULL,NULL);
INSERT INTO "subscriptions" VALUES(10,'post',1,19,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'Discord did not answer.',1758067200500,NULL,NULL);
INSERT INTO "subscriptions" VALUES(11,'post',1,20,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'Discord''s answer could not be read.',1758067200750,NULL,NULL);
INSERT INTO "subscriptions" VALUES(12,'post',1,21,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'Discord cannot be reached.',1758067200750,NULL,NULL);
INSERT INTO "subscriptions" VALUES(13,'post',1,22,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'The bot is not connected to Discord yet.',1758067200750,NULL,NULL);
INSERT INTO "subscriptions" VALUES(14,'post',1,23,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'Discord answered for another message.',1758067200750,NULL,NULL);
INSERT INTO "subscriptions" VALUES(15,'post',1,24,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'It was held up for too long to be sent.',1758067200750,NULL,NULL);
INSERT INTO "subscriptions" VALUES(16,'post',1,25,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'It was too late by the time that it could be sent.',1758067200750,NULL,NULL);
INSERT INTO "subscriptions" VALUES(17,'post',1,26,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'I was not running, or could not reach Discord, until it was too late.',1758067200750,NULL,NULL);
INSERT INTO "subscriptions" VALUES(18,'post',1,27,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'The message could not be composed.',1758067200750,NULL,NULL);
INSERT INTO "subscriptions" VALUES(19,'post',1,28,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'It was sent without the mention: whoever set it up may not mention that role now.',1758067200750,NULL,NULL);
INSERT INTO "subscriptions" VALUES(20,'post',1,29,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'It was paused, or I had left the server, before it could be sent.',1758067200750,NULL,NULL);
INSERT INTO "subscriptions" VALUES(21,'post',2,30,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'It was damaged where I keep it, and could not be sent.',1758067201000,NULL,NULL);
INSERT INTO "subscriptions" VALUES(22,'post',2,31,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'I lack **Send Messages**, **Attach Files** in the channel.',1758067201000,NULL,NULL);
INSERT INTO "subscriptions" VALUES(23,'post',2,32,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'I lack **Send Messages in Threads** in the channel.',1758067201000,NULL,NULL);
INSERT INTO "subscriptions" VALUES(24,'post',2,33,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'It may or may not have been sent: I lack Read Message History in the channel.',1758067201000,NULL,NULL);
INSERT INTO "subscriptions" VALUES(25,'post',2,34,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'It may or may not have been sent: Too much was written in the channel since.',1758067201000,NULL,NULL);
INSERT INTO "subscriptions" VALUES(26,'post',2,35,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'It may or may not have been sent: Discord refuses it (400, 50035).',1758067201000,NULL,NULL);
INSERT INTO "subscriptions" VALUES(27,'post',2,36,5,NULL,0,'{"language":"en-US","colours":"western"}','{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo","weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}',NULL,0,NULL,1758067200000,1758153600000,'Words of a version before all of these: {text} **50 %**.',1758067201000,NULL,NULL);
INSERT INTO "subscriptions" VALUES(28,'alert',1,10,5,NULL,0,'{"language":"en-US","colours":"western"}','{"market":"dax","kind":"move","percent":2.5}','dax',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE INDEX corrections_by_market ON corrections (market, day);
CREATE INDEX subscriptions_by_guild ON subscriptions (guild);
CREATE INDEX subscriptions_by_market ON subscriptions (market);
CREATE INDEX subscriptions_by_left_at ON subscriptions (left_at);
CREATE INDEX subscriptions_by_next_due ON subscriptions (next_due);
CREATE INDEX subscriptions_by_failing_since ON subscriptions (failing_since);
CREATE INDEX subscriptions_by_notice_at ON subscriptions (notice_at);
CREATE INDEX deliveries_by_ready_at ON deliveries (ready_at, id);
CREATE INDEX deliveries_by_guild ON deliveries (guild);
CREATE INDEX deliveries_by_publish_at ON deliveries (publish_at);
CREATE INDEX deliveries_by_done_at ON deliveries (done_at);
CREATE INDEX deliveries_by_state ON deliveries (state, latest);
CREATE INDEX proposals_by_guild ON proposals (guild);
CREATE INDEX proposals_by_expires_at ON proposals (expires_at);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('subscriptions',28);
COMMIT;
