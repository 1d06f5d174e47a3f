"""The instruments: what a summary mentions beside indexes, and what `/index` answers to without records."""

from typing import Final

from bot.domain.markets.market import Instrument, Kind, Region
from bot.domain.markets.market import in_four_languages as _names

# The bounds are wide: they keep out a wrong scale or a torn figure, not a bad day (oil fell below 0 in April
# 2020: such a day is shown as unknown rather than guessed at).
# fmt: off
ENTRIES: Final[tuple[Instrument, ...]] = (
    Instrument("es-future", "S&P 500 futures", "ES=F", "ES=F", "America/New_York",
               lowest=100, highest=100000, largest_move=20, decimals=2, kind=Kind.FUTURE, future_of="sp500", names=_names("S&P500先物", "S&P500 선물", "標普500期貨", "标普500期货"), aliases="es|s&p futures|sp500 futures|us futures|spx futures",
               context_for=tuple(Region)),
    Instrument("nq-future", "Nasdaq 100 futures", "NQ=F", "NQ=F", "America/New_York",
               lowest=100, highest=200000, largest_move=20, decimals=2, kind=Kind.FUTURE, future_of="nasdaq", names=_names("ナスダック100先物", "나스닥100 선물", "那斯達克100期貨", "纳斯达克100期货"), aliases="nq|nasdaq futures|ndx futures",
               context_for=tuple(Region)),
    Instrument("nkd-future", "Nikkei 225 futures", "NKD=F", "NKD=F", "America/New_York",
               lowest=1000, highest=500000, largest_move=20, decimals=2, kind=Kind.FUTURE, future_of="nikkei", names=_names("日経225先物", "닛케이225 선물", "日經225期貨", "日经225期货"), aliases="nkd|nikkei futures|日経先物",
               context_for=(Region.ASIA,)),
    Instrument("usd-jpy", "dollar/yen", "USD/JPY", "JPY=X", "Europe/London",
               lowest=50, highest=500, largest_move=10, decimals=2, kind=Kind.CURRENCY, least_move=0.8, names=_names("ドル円", "달러/엔", "美元兌日圓", "美元兑日元"), aliases="usdjpy|dollar yen|yen|ドル/円|円相場|円|달러엔|엔화|엔|日圓|日元",
               context_for=tuple(Region)),
    Instrument("usd-cny", "dollar/yuan", "USD/CNY", "CNY=X", "Europe/London",
               lowest=4, highest=12, largest_move=5, decimals=4, kind=Kind.CURRENCY, least_move=0.4, names=_names("ドル人民元", "달러/위안", "美元兌人民幣", "美元兑人民币"), aliases="usdcny|dollar yuan|yuan|rmb|人民元|위안|人民幣|人民币",
               context_for=(Region.ASIA,)),
    Instrument("usd-krw", "dollar/won", "USD/KRW", "KRW=X", "Europe/London",
               lowest=500, highest=5000, largest_move=10, decimals=2, kind=Kind.CURRENCY, least_move=0.9, names=_names("ドルウォン", "달러/원", "美元兌韓元", "美元兑韩元"), aliases="usdkrw|dollar won|won|ウォン|환율|원달러|韓元|韩元",
               context_for=(Region.ASIA,)),
    Instrument("eur-usd", "euro/dollar", "EUR/USD", "EURUSD=X", "Europe/London",
               lowest=0.5, highest=2.5, largest_move=10, decimals=4, kind=Kind.CURRENCY, least_move=0.8, names=_names("ユーロドル", "유로/달러", "歐元兌美元", "欧元兑美元"), aliases="eurusd|euro dollar|eur|euro|ユーロ|ユーロ/ドル|유로화|유로|유로달러|歐元|欧元",
               context_for=(Region.EUROPE, Region.AMERICAS, Region.WORLD)),
    Instrument("gbp-usd", "pound/dollar", "GBP/USD", "GBPUSD=X", "Europe/London",
               lowest=0.7, highest=3, largest_move=15, decimals=4, kind=Kind.CURRENCY, least_move=0.9, names=_names("ポンドドル", "파운드/달러", "英鎊兌美元", "英镑兑美元"), aliases="gbpusd|pound dollar|gbp|pound|sterling|cable|ポンド|ポンド/ドル|파운드화|파운드|英鎊|英镑",
               context_for=(Region.EUROPE,)),
    Instrument("usd-cad", "dollar/Canadian dollar", "USD/CAD", "CAD=X", "Europe/London",
               lowest=0.7, highest=3, largest_move=10, decimals=4, kind=Kind.CURRENCY, least_move=0.8, names=_names("ドルカナダドル", "달러/캐나다 달러", "美元兌加幣", "美元兑加元"), aliases="usdcad|cad|canadian dollar|loonie|カナダドル|캐나다 달러|加幣|加元",
               context_for=(Region.AMERICAS,)),
    Instrument("usd-brl", "dollar/real", "USD/BRL", "BRL=X", "Europe/London",
               lowest=0.5, highest=20, largest_move=15, decimals=4, kind=Kind.CURRENCY, least_move=1.8, names=_names("ドルブラジルレアル", "달러/헤알", "美元兌巴西里爾", "美元兑巴西雷亚尔"), aliases="usdbrl|brl|brazilian real|レアル|헤알|里爾|雷亚尔",
               context_for=(Region.AMERICAS,)),
    Instrument("dollar-index", "dollar index", "DXY", "DX-Y.NYB", "America/New_York",
               lowest=50, highest=200, largest_move=10, decimals=2, kind=Kind.CURRENCY, least_move=0.8, says_with="eur-usd", names=_names("ドル指数", "달러 지수", "美元指數", "美元指数"), aliases="dxy|us dollar index|usdx|ドルインデックス|달러인덱스",
               context_for=tuple(Region)),
    Instrument("us-10y", "10-year Treasury yield", "US 10-year", "^TNX", "America/New_York",
               lowest=0.1, highest=20, largest_move=30, decimals=3, kind=Kind.YIELD, least_move=0.08, names=_names("米10年債利回り", "미국 10년물 국채금리", "美國10年期公債殖利率", "美国10年期国债收益率"), aliases="us10y|tnx|10 year|10y|treasury|treasury yield|米国債|米10年債|국채금리|美債|美债",
               context_for=tuple(Region)),
    Instrument("vix", "VIX", "VIX", "^VIX", "America/New_York",
               lowest=5, highest=200, largest_move=150, decimals=2, kind=Kind.VOLATILITY, least_move=15.0, names=_names("VIX指数", "VIX 지수", "VIX恐慌指數", "VIX恐慌指数"), aliases="vix index|fear index|volatility|恐怖指数|공포지수|恐慌指數|恐慌指数",
               context_for=tuple(Region)),
    Instrument("gold", "gold", "Gold", "GC=F", "America/New_York",
               lowest=200, highest=50000, largest_move=15, decimals=2, kind=Kind.COMMODITY, least_move=2.0, names=_names("金", "금", "黃金", "黄金"), aliases="gold price|xau|ゴールド|金価格|금값|金價|金价",
               context_for=tuple(Region)),
    Instrument("oil", "U.S. crude", "WTI", "CL=F", "America/New_York",
               lowest=1, highest=500, largest_move=40, decimals=2, kind=Kind.COMMODITY, least_move=3.0, names=_names("WTI原油", "WTI 원유", "西德州原油", "WTI原油期货"), aliases="wti|crude|us crude|crude oil|oil price|原油|石油|유가|원유|油價|油价",
               context_for=tuple(Region)),
    Instrument("brent", "Brent crude", "Brent", "BZ=F", "America/New_York",
               lowest=1, highest=500, largest_move=40, decimals=2, kind=Kind.COMMODITY, least_move=3.0, says_with="oil", names=_names("ブレント原油", "브렌트유", "布蘭特原油", "布伦特原油"), aliases="brent oil|brent futures|bz|北海ブレント|브렌트|布蘭特|布伦特",
               context_for=tuple(Region)),
)
# fmt: on
