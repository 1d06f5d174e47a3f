"""The indexes that are asked for by name alone: no summary, status or board counts them.

Some stand beside an index of the same exchange that already speaks for it. The others have an exchange of their own, but
no stored history measures yet what a usual day of theirs is. Where Yahoo's history is not known to be whole,
`history_since` is left out, and no record is claimed of it. The region of those in Africa and the Middle East is the one
whose hours they keep: it says when their day runs, and no sentence about them names it.
"""

from datetime import date

from bot.domain.markets.market import Market, Region
from bot.domain.markets.market import in_four_languages as _names

# fmt: off
ASKED_BY_NAME: tuple[Market, ...] = (
    # Yahoo has one daily bar of it.
    Market("hang-seng-tech", "Hang Seng TECH", "HSTECH", "HSTECH.HK", "Asia/Hong_Kong",
           mic="XHKG", region=Region.ASIA, part="Greater China", city="Hong Kong", prose="the Hang Seng Tech index", in_summaries=False,
           names=_names("ハンセンテック指数", "항셍테크지수", "恒生科技指數", "恒生科技指数"),
           aliases="hang seng tech index|hs tech|ハンセンテック|항셍테크|恒生科技|恆生科技|恆生科技指數|恆科|恒科|恒科指"),
    Market("hscei", "Hang Seng China Enterprises", "HSCEI", "^HSCE", "Asia/Hong_Kong",
           mic="XHKG", region=Region.ASIA, part="Greater China", city="Hong Kong", prose="the Hang Seng China Enterprises index", in_summaries=False,
           names=_names("ハンセン中国企業株指数", "항셍중국기업지수", "恒生中國企業指數", "恒生中国企业指数"),
           aliases="hsce|china enterprises|h shares|ハンセン中国企業|H株|H株指数|홍콩H지수|H지수|國企指數|恆生中國企業指數|国企指数|H股|H股指數|H股指数"),
    # ISO MIC XSHE, follows Shanghai's trading days.
    Market("chinext", "ChiNext", "ChiNext", "399006.SZ", "Asia/Shanghai",
           mic="XSHG", region=Region.ASIA, part="Greater China", city="Shanghai", prose="ChiNext", in_summaries=False,
           names=_names("創業板指数", "차이넥스트지수", "創業板指數", "创业板指数"),
           aliases="chinext index|創業板|차이넥스트|창업판|創業板指|创业板|创业板指"),
    Market("star50", "STAR 50", "STAR 50", "000688.SS", "Asia/Shanghai",
           mic="XSHG", region=Region.ASIA, part="Greater China", city="Shanghai", in_summaries=False,
           names=_names("科創板50指数", "커촹반50지수", "科創板50指數", "科创板50指数"),
           aliases="sse star 50|star market|科創50|科創板50|커촹50|과창판50|科創50指數|科创50|科创50指数|科创板50"),
    # Yahoo has a level and a few days' bars at most.
    Market("vn-index", "VN-Index", "VN-Index", "^VNINDEX.VN", "Asia/Ho_Chi_Minh",
           mic="XSTC", region=Region.ASIA, part="Southeast Asia", city="Ho Chi Minh City", exchange_names="hose", in_summaries=False,
           names=_names("ベトナムVN指数", "베트남 VN지수", "越南VN指數", "越南VN指数"),
           aliases="vni|vietnam|ho chi minh|saigon|ベトナム|VN指数|베트남|VN지수|호찌민|越南|VN指數|胡志明|胡志明市"),
    Market("nasdaq100", "Nasdaq 100", "Nasdaq 100", "^NDX", "America/New_York",
           mic="XNYS", region=Region.AMERICAS, part="United States", city="New York", in_summaries=False,
           names=_names("ナスダック100指数", "나스닥100지수", "那斯達克100指數", "纳斯达克100指数"),
           aliases="ndx|us tech 100|ナスダック100|나스닥100|那斯達克100|納斯達克100|納斯達克100指數|納指100|纳斯达克100|纳指100",
           history_since=date(1985, 10, 1)),
    Market("omxs30", "OMX Stockholm 30", "OMXS30", "^OMX", "Europe/Stockholm",
           mic="XSTO", region=Region.EUROPE, part="Nordics", city="Stockholm", in_summaries=False,
           names=_names("OMXストックホルム30指数", "OMX 스톡홀름 30지수", "瑞典OMX斯德哥爾摩30指數", "瑞典OMX斯德哥尔摩30指数"),
           aliases="omx|sweden|swedish|OMXストックホルム30|スウェーデン|ストックホルム|스웨덴|스톡홀름|瑞典|斯德哥爾摩|斯德哥尔摩"),
    # Two zeros were dropped on 2020-07-27 (119201.60 on the 24th, 1195.70 on the 27th), and Yahoo's older bars still have them.
    Market("bist100", "BIST 100", "BIST 100", "XU100.IS", "Europe/Istanbul",
           mic="XIST", region=Region.EUROPE, part="Middle East and Africa", city="Istanbul", scaled_since=date(2020, 7, 27), in_summaries=False,
           names=_names("イスタンブール100種指数", "BIST 100지수", "土耳其BIST 100指數", "土耳其BIST 100指数"),
           aliases="bist|xu100|borsa istanbul|turkey|turkiye|トルコ|イスタンブール|BIST100指数|튀르키예|터키|이스탄불|土耳其|伊斯坦堡|伊斯坦布尔"),
    # Yahoo's daily bars lack the Sundays, on which Riyadh trades (ranaroussi/yfinance#1936).
    Market("tadawul", "Tadawul All Share", "TASI", "^TASI.SR", "Asia/Riyadh",
           mic="XSAU", region=Region.EUROPE, part="Middle East and Africa", city="Riyadh", prose="the Tadawul All Share index", in_summaries=False,
           names=_names("サウジアラビア・タダウル全株指数", "사우디아라비아 타다울 종합지수", "沙烏地TASI指數", "沙特TASI指数"),
           aliases="tasi|tadawul index|saudi|saudi arabia|riyadh|サウジアラビア|サウジ|タダウル|사우디아라비아|사우디|타다울|沙烏地阿拉伯|沙烏地|沙特|沙特阿拉伯"),
    Market("jse-top40", "FTSE/JSE Top 40", "JSE Top 40", "^J200.JO", "Africa/Johannesburg",
           mic="XJSE", region=Region.EUROPE, part="Middle East and Africa", city="Johannesburg", in_summaries=False,
           names=_names("南アフリカFTSE/JSEトップ40指数", "남아프리카공화국 FTSE/JSE 톱40지수", "南非富時JSE Top 40指數", "南非富时JSE Top 40指数"),
           aliases="jse|j200|jtopi|top 40|south africa|南アフリカ|ヨハネスブルク|남아프리카공화국|남아공|요하네스버그|南非|約翰尼斯堡|约翰内斯堡"),
)
# fmt: on
