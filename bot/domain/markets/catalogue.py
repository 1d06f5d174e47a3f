"""The catalogue: every market and instrument, one entry each, in reading order.

The order is that of a wire: by region, by part of the region, the leading index first; after all of them come those
that are asked for by name alone (`bot.domain.markets.by_name`). Older records come from
the exchanges' and index providers' published figures; each is known to have stood until ``known_as_of``, the eve
of the day on which it was beaten or the last day on which it was looked up.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal

from bot.domain.errors import UnknownMarket
from bot.domain.markets.by_name import ASKED_BY_NAME
from bot.domain.markets.instruments import ENTRIES
from bot.domain.markets.market import Instrument, KnownLevel, Market, Region
from bot.domain.markets.market import in_four_languages as _names


def _stood(market: str, kind: Literal["close", "high"], points: float, on: str, until: str) -> KnownLevel:
    units = round(points * 100)
    return KnownLevel(market, kind, units, date.fromisoformat(on), date.fromisoformat(until), "catalogue")


# fmt: off
CATALOGUE: tuple[Market, ...] = (
    Market("nikkei", "Nikkei 225", "Nikkei", "^N225", "Asia/Tokyo",
           mic="XTKS", region=Region.ASIA, part="Northeast Asia", city="Tokyo", weight=4, exchange_names="tse|jpx", context_for=(Region.EUROPE, Region.AMERICAS),
           names=_names("日経平均株価", "닛케이225", "日經225指數", "日经225指数"),
           aliases="n225|nk225|nikkei225|japan|tokyo|日経平均|日経|日経225|日本|닛케이|니케이|닛케이지수|일본|日經|日經指數|日經平均|日经|日经指数",
           history_since=date(1965, 1, 5)),
    # Yahoo carries no TOPIX index; 1306.T is an ETF that tracks it: show its % move and say so; never show
    # the ETF price as the index level and never claim a TOPIX record from it; beaten 2024-07-04: close
    # 2898.47, intraday 2900.91.
    Market("topix", "TOPIX", "TOPIX", "1306.T", "Asia/Tokyo",
           mic="XTKS", region=Region.ASIA, part="Northeast Asia", city="Tokyo", companion_of="nikkei", prose="TOPIX",
           names=_names("東証株価指数", "토픽스", "東證指數", "东证指数"),
           aliases="tpx|トピックス|토픽스지수|東證|东证",
           known_levels=(_stood("topix", "close", 2884.80, "1989-12-18", "2024-07-03"),
                        _stood("topix", "high", 2886.50, "1989-12-18", "2024-07-03")),
           proxy=True),
    # Both beaten long ago: close 2005-09-07, intraday 2005-09-08.
    Market("kospi", "KOSPI", "KOSPI", "^KS11", "Asia/Seoul",
           mic="XKRX", region=Region.ASIA, part="Northeast Asia", city="Seoul", exchange_names="krx",
           names=_names("韓国総合株価指数", "코스피", "韓國綜合股價指數", "韩国综合指数"),
           aliases="ks11|korea|south korea|seoul|コスピ|韓国|코스피지수|한국|韓股|韓國|南韓|韓國綜合指數|韩股|韩国",
           history_since=date(1996, 12, 11), round_step=100,
           known_levels=(_stood("kospi", "close", 1138.75, "1994-11-08", "2005-09-06"),
                        _stood("kospi", "high", 1145.66, "1994-11-09", "2005-09-07"))),
    # ISO MIC XKOS, keeps the days of XKRX; record of 2000 (today's scale: x10 since 2004) still stands
    # (1,214.80 on 2026-05-04).
    Market("kosdaq", "KOSDAQ", "KOSDAQ", "^KQ11", "Asia/Seoul",
           mic="XKRX", region=Region.ASIA, part="Northeast Asia", city="Seoul", companion_of="kospi",
           names=_names("コスダック指数", "코스닥", "韓國KOSDAQ指數", "韩国科斯达克指数"),
           aliases="kq11|コスダック|코스닥지수|科斯達克|科斯达克",
           known_levels=(_stood("kosdaq", "close", 2834.40, "2000-03-10", "2026-05-04"),
                        _stood("kosdaq", "high", 2925.50, "2000-03-10", "2026-05-04"))),
    # Both beaten 2020-07-27: close 12588.30, intraday 12686.36.
    Market("taiex", "TAIEX", "TAIEX", "^TWII", "Asia/Taipei",
           mic="XTAI", region=Region.ASIA, part="Northeast Asia", city="Taipei",
           names=_names("台湾加権指数", "대만 가권지수", "加權指數", "台湾加权指数"),
           aliases="twii|twse|taiwan|taipei|加権指数|台湾|자취안지수|가권지수|대만|加權|台股|台灣|台灣加權指數|台股加權指數|台股指数",
           history_since=date(1997, 7, 2),
           known_levels=(_stood("taiex", "close", 12495.34, "1990-02-10", "2020-07-26"),
                        _stood("taiex", "high", 12682.41, "1990-02-12", "2020-07-26"))),
    # Record close 33154.12 on 2018-01-26 is inside the history.
    Market("hang-seng", "Hang Seng", "Hang Seng", "^HSI", "Asia/Hong_Kong",
           mic="XHKG", region=Region.ASIA, part="Greater China", city="Hong Kong", weight=2, exchange_names="hkex|sehk", context_for=(Region.EUROPE, Region.AMERICAS),
           names=_names("ハンセン指数", "항셍지수", "恒生指數", "恒生指数"),
           aliases="hsi|hk|hong kong|ハンセン|香港|항셍|홍콩|恒生|恆生|恆生指數|恆指|恒指|港股",
           history_since=date(1986, 12, 31)),
    # Record close 6092.06 on 2007-10-16 is inside the history.
    Market("shanghai", "Shanghai Composite", "Shanghai", "000001.SS", "Asia/Shanghai",
           mic="XSHG", region=Region.ASIA, part="Greater China", city="Shanghai", prose="the Shanghai Composite", context_for=(Region.EUROPE,),
           names=_names("上海総合指数", "상하이종합지수", "上證綜合指數", "上证指数"),
           aliases="ssec|sse|sse composite|china|上海|上海総合|中国|상하이|상해종합|중국|上證|上證指數|滬指|中國|上证|上证综指|上证综合指数|沪指",
           history_since=date(1997, 7, 2)),
    # Yahoo's history is short and had a hole in 2017-2021; record close of 2007 not beaten up to 2026-07-23
    # (highest close of 2026 by then 5059.66 on 06-22).
    Market("csi300", "CSI 300", "CSI 300", "000300.SS", "Asia/Shanghai",
           mic="XSHG", region=Region.ASIA, part="Greater China", city="Shanghai", companion_of="shanghai",
           names=_names("CSI300指数", "CSI300지수", "滬深300指數", "沪深300指数"),
           aliases="hs300|shsz300|滬深300|沪深300",
           history_since=date(2021, 1, 1), first_day=date(2004, 12, 31),
           known_levels=(_stood("csi300", "close", 5877.20, "2007-10-16", "2026-07-23"),
                        _stood("csi300", "high", 5930.91, "2021-02-18", "2026-07-23"))),
    # ISO MIC XSHE, follows Shanghai's trading days; record still stands in 2026.
    Market("shenzhen", "Shenzhen Component", "Shenzhen", "399001.SZ", "Asia/Shanghai",
           mic="XSHG", region=Region.ASIA, part="Greater China", city="Shanghai", companion_of="shanghai", prose="the Shenzhen Component",
           names=_names("深セン成分指数", "선전성분지수", "深證成份指數", "深证成指"),
           aliases="szse|szi|深セン|深圳成分指数|선전|深證|深證成指|深圳|深圳成份指數|深成指|深证|深证成份指数",
           known_levels=(_stood("shenzhen", "close", 19531.15, "2007-10-31", "2026-01-01"),
                        _stood("shenzhen", "high", 19600.03, "2007-10-10", "2026-01-01"))),
    # 2007 high of 3906.16 is inside the history; beaten 2025-02-10.
    Market("sti", "Straits Times", "STI", "^STI", "Asia/Singapore",
           mic="XSES", region=Region.ASIA, part="Southeast Asia", city="Singapore", weight=0.5, exchange_names="sgx", prose="the Straits Times index",
           names=_names("ST指数", "싱가포르 ST지수", "海峽時報指數", "海峡时报指数"),
           aliases="straits times index|singapore|シンガポール|싱가포르|海峽時報|富時海峽|新加坡|海峡时报|富时海峡指数|富時海峽指數",
           history_since=date(1987, 12, 28), round_step=100),
    Market("jci", "Jakarta Composite", "Jakarta", "^JKSE", "Asia/Jakarta",
           mic="XIDX", region=Region.ASIA, part="Southeast Asia", city="Jakarta", weight=0.5, prose="the Jakarta Composite",
           names=_names("ジャカルタ総合指数", "자카르타종합지수", "雅加達綜合指數", "雅加达综合指数"),
           aliases="ihsg|idx composite|jkse|indonesia|jakarta|インドネシア|인도네시아|印尼|雅加達|雅加达",
           history_since=date(1990, 4, 6)),
    Market("klci", "FTSE Bursa Malaysia KLCI", "KLCI", "^KLSE", "Asia/Kuala_Lumpur",
           mic="XKLS", region=Region.ASIA, part="Southeast Asia", city="Kuala Lumpur", weight=0.5,
           names=_names("クアラルンプール総合指数", "쿠알라룸푸르종합지수", "富時大馬KLCI指數", "富时大马KLCI指数"),
           aliases="fbm klci|klse|malaysia|kuala lumpur|マレーシア|말레이시아|馬來西亞|吉隆坡|馬股|隆綜指|马来西亚|隆综指|富时隆综指",
           history_since=date(1993, 12, 3)),
    # Yahoo answers one quote and no history at times, and stood still from 2026-07-17 for a while: check the
    # time of the quote.
    Market("set", "SET", "SET", "^SET.BK", "Asia/Bangkok",
           mic="XBKK", region=Region.ASIA, part="Southeast Asia", city="Bangkok", weight=0.5,
           names=_names("SET指数", "SET지수", "泰國SET指數", "泰国SET指数"),
           aliases="set index|thailand|bangkok|タイ|태국|泰國|泰股|泰国",
           known_levels=(_stood("set", "close", 1838.96, "2018-01-24", "2025-12-31"),
                        _stood("set", "high", 1852.51, "2018-02-27", "2025-12-31"))),
    # Intraday record of 2018 not verified (9078.37 is unconfirmed): claim no intraday record.
    Market("psei", "PSEi", "PSEi", "PSEI.PS", "Asia/Manila",
           mic="XPHS", region=Region.ASIA, part="Southeast Asia", city="Manila", weight=0.5,
           names=_names("フィリピン総合指数", "필리핀종합지수", "菲律賓綜合指數", "菲律宾综合指数"),
           aliases="pse|philippines|manila|フィリピン|필리핀|菲律賓|菲律宾",
           known_levels=(_stood("psei", "close", 9058.62, "2018-01-29", "2025-12-31"),)),
    # ISO MIC XNSE, keeps the days of XBOM; closing auction as for sensex.
    Market("nifty", "Nifty 50", "Nifty 50", "^NSEI", "Asia/Kolkata",
           mic="XBOM", region=Region.ASIA, part="South Asia", city="Mumbai", weight=0.5,
           names=_names("ニフティ50", "니프티50", "印度Nifty 50指數", "印度Nifty 50指数"),
           aliases="nifty50|nse|nsei|india|NIFTY50指数|インド|인도|니프티|印度",
           history_since=date(2007, 9, 17)),
    # SEBI closing auction 15:15-15:35 for stocks with derivatives from 2026-08-03: the last value may come
    # after 15:30.
    Market("sensex", "Sensex", "Sensex", "^BSESN", "Asia/Kolkata",
           mic="XBOM", region=Region.ASIA, part="South Asia", city="Mumbai", companion_of="nifty",
           names=_names("SENSEX指数", "센섹스지수", "印度SENSEX指數", "印度SENSEX指数"),
           aliases="bse|bsesn|bombay|mumbai|センセックス|ムンバイ|센섹스|孟買|孟買SENSEX指數|孟买|孟买SENSEX指数",
           history_since=date(1997, 7, 1)),
    Market("asx200", "S&P/ASX 200", "ASX 200", "^AXJO", "Australia/Sydney",
           mic="XASX", region=Region.ASIA, part="Oceania", city="Sydney",
           names=_names("S&P/ASX200指数", "S&P/ASX200지수", "澳洲S&P/ASX 200指數", "澳大利亚标普200指数"),
           aliases="asx|axjo|australia|sydney|オーストラリア|豪州|호주|澳洲|澳股|澳洲標普200指數|澳大利亚",
           history_since=date(1992, 11, 22)),
    # A gross index (dividends counted), unlike most.
    Market("nzx50", "S&P/NZX 50", "NZX 50", "^NZ50", "Pacific/Auckland",
           mic="XNZE", region=Region.ASIA, part="Oceania", city="Wellington", weight=0.5,
           names=_names("NZX50指数", "NZX50지수", "紐西蘭NZX 50指數", "新西兰NZX 50指数"),
           aliases="nzx|nz50|nz|new zealand|ニュージーランド|뉴질랜드|紐西蘭|新西蘭|新西兰",
           history_since=date(2003, 1, 1)),
    Market("sp500", "S&P 500", "S&P 500", "^GSPC", "America/New_York",
           mic="XNYS", region=Region.AMERICAS, part="United States", city="New York", weight=8, exchange_names="nyse", leads_city=False, context_for=(Region.ASIA, Region.EUROPE, Region.WORLD),
           names=_names("S&P500種株価指数", "S&P 500", "標普500指數", "标普500指数"),
           aliases="spx|s&p|s&p500|gspc|sp|usa|us|america|united states|wall street|S&P500種|S&P500種指数|米国|에스앤피500|S&P500지수|미국|標普|標普500|標準普爾500|美股|美國|标普|标普500|美国",
           history_since=date(1927, 12, 30)),
    # ISO MIC XNAS, keeps the days of XNYS; not the Nasdaq 100.
    Market("nasdaq", "Nasdaq Composite", "Nasdaq", "^IXIC", "America/New_York",
           mic="XNYS", region=Region.AMERICAS, part="United States", city="New York", context_for=(Region.ASIA, Region.EUROPE, Region.WORLD),
           names=_names("ナスダック総合指数", "나스닥종합지수", "那斯達克綜合指數", "纳斯达克综合指数"),
           aliases="ixic|comp|nasdaq composite|ナスダック|나스닥|나스닥지수|那斯達克|那指|納斯達克|納指|纳斯达克|纳指",
           history_since=date(1971, 2, 5), first_day=date(1971, 2, 5)),
    Market("dow", "Dow Jones Industrial Average", "Dow", "^DJI", "America/New_York",
           mic="XNYS", region=Region.AMERICAS, part="United States", city="New York", context_for=(Region.ASIA, Region.EUROPE, Region.WORLD),
           names=_names("ダウ工業株30種平均", "다우존스30산업평균지수", "道瓊工業指數", "道琼斯工业平均指数"),
           aliases="djia|dji|dow jones|dow 30|NYダウ|ダウ|ダウ平均|다우|다우지수|다우존스|다우존스30|道瓊|道瓊指數|道指|道瓊斯|道琼斯|道琼斯工业指数",
           history_since=date(1992, 1, 2)),
    Market("russell2000", "Russell 2000", "Russell2000", "^RUT", "America/New_York",
           mic="XNYS", region=Region.AMERICAS, part="United States", city="New York", prose="the Russell 2000",
           names=_names("ラッセル2000指数", "러셀2000지수", "羅素2000指數", "罗素2000指数"),
           aliases="rut|russell|small caps|ラッセル|러셀2000|羅素2000|罗素2000",
           history_since=date(1987, 9, 10)),
    Market("tsx", "S&P/TSX Composite", "TSX", "^GSPTSE", "America/Toronto",
           mic="XTSE", region=Region.AMERICAS, part="Canada", city="Toronto",
           names=_names("S&Pトロント総合指数", "S&P/TSX 종합지수", "多倫多S&P/TSX綜合指數", "多伦多S&P/TSX综合指数"),
           aliases="gsptse|tsx composite|canada|toronto|カナダ|トロント総合指数|캐나다|加拿大",
           history_since=date(1979, 6, 29)),
    # A total-return index; closes 18:00 local while New York is on winter time, else 17:00.
    Market("ibovespa", "Ibovespa", "Ibovespa", "^BVSP", "America/Sao_Paulo",
           mic="BVMF", region=Region.AMERICAS, part="Latin America", city="São Paulo",
           names=_names("ボベスパ指数", "보베스파지수", "巴西Ibovespa指數", "巴西Ibovespa指数"),
           aliases="bovespa|bvsp|brazil|brasil|sao paulo|ブラジル|ボベスパ|브라질|보베스파|巴西",
           history_since=date(1993, 4, 27)),
    # Opens 07:30 and closes 14:00 local while New York is on summer time.
    Market("ipc", "S&P/BMV IPC", "IPC", "^MXX", "America/Mexico_City",
           mic="XMEX", region=Region.AMERICAS, part="Latin America", city="Mexico City", prose="Mexico's IPC",
           names=_names("メキシコIPC指数", "멕시코 IPC지수", "墨西哥IPC指數", "墨西哥IPC指数"),
           aliases="mxx|mexbol|bmv|mexico|メキシコ|멕시코|墨西哥",
           history_since=date(1991, 11, 8)),
    # Trades on Dec 24 and 31 when Xetra is shut, so Euronext's days; Yahoo had no bar on those days in 2020;
    # close beaten Feb 2025, intraday 2025-02-17.
    Market("euro-stoxx50", "Euro Stoxx 50", "EuroStoxx50", "^STOXX50E", "Europe/Paris",
           mic="XPAR", region=Region.EUROPE, part="Euro area", city="Paris", weight=4, exchange_names="euronext", wide=True, prose="the Euro Stoxx 50",
           names=_names("ユーロ・ストックス50指数", "유로스톡스50", "歐洲斯托克50指數", "欧洲斯托克50指数"),
           aliases="sx5e|stoxx50|stoxx50e|eurostoxx|eurostoxx50|eurozone|euro area|ユーロストックス50|유로스톡스|歐元區STOXX 50|欧元区斯托克50|欧洲斯托克50",
           history_since=date(2007, 3, 30),
           known_levels=(_stood("euro-stoxx50", "close", 5464.43, "2000-03-06", "2025-01-31"),
                        _stood("euro-stoxx50", "high", 5522.42, "2000-03-07", "2025-02-16"))),
    # Trades on Dec 24 and 31 when Xetra is shut (592.24 on 2025-12-31), so Euronext's days; floor unverified
    # and long beaten.
    Market("stoxx600", "STOXX Europe 600", "Stoxx 600", "^STOXX", "Europe/Paris",
           mic="XPAR", region=Region.EUROPE, part="Europe", city="Paris", wide=True, context_for=(Region.ASIA, Region.AMERICAS),
           names=_names("ストックス欧州600指数", "스톡스600지수", "歐洲STOXX 600指數", "欧洲斯托克600指数"),
           aliases="sxxp|stoxx|stoxx 600|europe|STOXX欧州600種|ストックス600|欧州|유럽|스톡스600|泛歐600|泛歐STOXX 600|歐股|歐洲|斯托克600|欧股|欧洲",
           history_since=date(2004, 4, 26),
           known_levels=(_stood("stoxx600", "close", 405.50, "2000-03-06", "2004-04-25"),)),
    Market("ftse100", "FTSE 100", "FTSE 100", "^FTSE", "Europe/London",
           mic="XLON", region=Region.EUROPE, part="United Kingdom", city="London", weight=2, exchange_names="lse", context_for=(Region.ASIA, Region.AMERICAS),
           names=_names("FTSE100種総合株価指数", "FTSE100지수", "英國富時100指數", "英国富时100指数"),
           aliases="ftse|footsie|ukx|uk|britain|england|london|FTSE100種|FT100|イギリス|英国株|영국|富時100|英股|英國|富时100|英国",
           history_since=date(1984, 1, 3), first_day=date(1984, 1, 3)),
    # Computed from Xetra, not the floor; same sessions as XFRA; a performance index (dividends counted).
    Market("dax", "DAX", "DAX", "^GDAXI", "Europe/Berlin",
           mic="XETR", region=Region.EUROPE, part="Euro area", city="Frankfurt", weight=2, exchange_names="xetra", context_for=(Region.ASIA, Region.AMERICAS),
           names=_names("ドイツDAX指数", "DAX지수", "德國DAX指數", "德国DAX指数"),
           aliases="gdaxi|dax40|germany|frankfurt|ドイツ|독일|德股|德國|德国",
           history_since=date(1987, 12, 30), first_day=date(1987, 12, 30)),
    Market("cac40", "CAC 40", "CAC 40", "^FCHI", "Europe/Paris",
           mic="XPAR", region=Region.EUROPE, part="Euro area", city="Paris",
           names=_names("仏CAC40指数", "CAC40지수", "法國CAC 40指數", "法国CAC 40指数"),
           aliases="cac|fchi|france|paris|CAC40種|フランス|프랑스|法股|法國|法国",
           history_since=date(1990, 3, 1)),
    # Inside Yahoo's history (50109.00 on 2000-03-06; open=high=low=close until 2003-07-24, so no intraday
    # record of 2000); 51093 and 51273 in the press are MIB 30's; not beaten by 2026-04-22.
    Market("ftse-mib", "FTSE MIB", "FTSE MIB", "FTSEMIB.MI", "Europe/Rome",
           mic="XMIL", region=Region.EUROPE, part="Euro area", city="Milan",
           names=_names("FTSE MIB指数", "FTSE MIB지수", "義大利富時MIB指數", "意大利富时MIB指数"),
           aliases="mib|ftsemib|italy|milan|イタリア|이탈리아|富時MIB|義大利|意大利|富时MIB",
           history_since=date(1997, 12, 31),
           known_levels=(_stood("ftse-mib", "close", 50108.56, "2000-03-06", "2026-04-22"),)),
    # Record close 15945.70 on 2007-11-08 (intraday 16040.40 on 11-09) is inside the history; beaten
    # 2025-10-27 and 28.
    Market("ibex35", "IBEX 35", "IBEX 35", "^IBEX", "Europe/Madrid",
           mic="XMAD", region=Region.EUROPE, part="Euro area", city="Madrid",
           names=_names("IBEX35指数", "IBEX35지수", "西班牙IBEX 35指數", "西班牙IBEX 35指数"),
           aliases="ibex|spain|madrid|スペイン|스페인|西班牙",
           history_since=date(1993, 7, 12)),
    # Record close 701.56 on 2000-09-04 is inside the history; beaten 2021.
    Market("aex", "AEX", "AEX", "^AEX", "Europe/Amsterdam",
           mic="XAMS", region=Region.EUROPE, part="Euro area", city="Amsterdam",
           names=_names("AEX指数", "AEX지수", "荷蘭AEX指數", "荷兰AEX指数"),
           aliases="netherlands|holland|dutch|amsterdam|オランダ|네덜란드|荷蘭|荷兰",
           history_since=date(1992, 10, 12)),
    Market("smi", "SMI", "SMI", "^SSMI", "Europe/Zurich",
           mic="XSWX", region=Region.EUROPE, part="Switzerland", city="Zurich",
           names=_names("スイスSMI指数", "SMI지수", "瑞士SMI指數", "瑞士SMI指数"),
           aliases="ssmi|swiss|switzerland|zurich|スイス|스위스|瑞士",
           history_since=date(1990, 11, 9)),
    *ASKED_BY_NAME,
)
# fmt: on

MARKETS: Mapping[str, Market] = MappingProxyType({market.key: market for market in CATALOGUE})
INSTRUMENTS: Mapping[str, Instrument] = MappingProxyType({instrument.key: instrument for instrument in ENTRIES})

# Where several entries of an exchange or a city could speak, the first in the catalogue does: hence backwards.
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {market.mic: market.weight for market in reversed(CATALOGUE) if market.weight is not None}
)
"""The weight of an exchange (MIC) in its region's summary; 1 for those not named."""
_FIRST_OF_CITY = {market.city: market for market in reversed(CATALOGUE) if not (market.companion_of or market.wide)}
CITY_LEADERS: Mapping[str, str] = MappingProxyType(
    {city: market.key for city, market in _FIRST_OF_CITY.items() if market.leads_city}
)
"""By city, the one index that its name stands for; the others go by their own."""


def market(key: str) -> Market:
    """Return the market of this catalogue key.

    Raises:
        UnknownMarket: if there is none. What a person typed goes through ``search.find`` instead.
    """
    try:
        return MARKETS[key]
    except KeyError:
        raise UnknownMarket(key) from None


def listing(key: str) -> Market | Instrument:
    """Return the market or instrument of this key.

    Raises:
        UnknownMarket: if there is none.
    """
    return INSTRUMENTS[key] if key in INSTRUMENTS else market(key)


def of_region(region: Region) -> tuple[Market, ...]:
    """Return the markets that count in a region's summary, status and breadth, in catalogue order."""
    return tuple(market for market in CATALOGUE if market.in_summaries and region in (market.region, Region.WORLD))
