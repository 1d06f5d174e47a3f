"""Which country is an exchange of, and how else are markets called, in the languages that people ask in?

A country's name, or its beginning, offers every index of its exchange; see `bot.domain.markets.search`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

COUNTRIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "XTKS": "Japan|日本|にほん|일본",
        "XKRX": "Korea|South Korea|韓国|かんこく|한국|대한민국|韓國|南韓|韩国",
        "XTAI": "Taiwan|台湾|たいわん|대만|台灣",
        "XHKG": "Hong Kong|香港|ほんこん|홍콩",
        "XSHG": "China|中国|ちゅうごく|중국|中國",
        "XSES": "Singapore|シンガポール|싱가포르|新加坡",
        "XIDX": "Indonesia|インドネシア|인도네시아|印尼",
        "XKLS": "Malaysia|マレーシア|말레이시아|馬來西亞|马来西亚",
        "XBKK": "Thailand|タイ|태국|泰國|泰国",
        "XPHS": "Philippines|フィリピン|필리핀|菲律賓|菲律宾",
        "XBOM": "India|インド|인도|印度",
        "XASX": "Australia|オーストラリア|호주|澳洲|澳大利亚",
        "XNZE": "New Zealand|ニュージーランド|뉴질랜드|紐西蘭|新西兰",
        "XSTC": "Vietnam|ベトナム|베트남|越南",
        "XLON": "United Kingdom|Britain|England|イギリス|英国|영국|英國",
        "XETR": "Germany|Deutschland|ドイツ|독일|德國|德国",
        "XPAR": "France|フランス|프랑스|法國|法国",
        "XSWX": "Switzerland|スイス|스위스|瑞士",
        "XMAD": "Spain|スペイン|스페인|西班牙",
        "XMIL": "Italy|イタリア|이탈리아|義大利|意大利",
        "XAMS": "Netherlands|Holland|オランダ|네덜란드|荷蘭|荷兰",
        "XSTO": "Sweden|スウェーデン|스웨덴|瑞典",
        "XIST": "Turkey|Türkiye|トルコ|튀르키예|土耳其",
        "XSAU": "Saudi Arabia|サウジアラビア|사우디아라비아|沙烏地阿拉伯|沙特阿拉伯",
        "XJSE": "South Africa|南アフリカ|남아공|南非",
        "XNYS": "United States|USA|America|アメリカ|米国|미국|美國|美国",
        "XTSE": "Canada|カナダ|캐나다|加拿大",
        "BVMF": "Brazil|ブラジル|브라질|巴西",
        "XMEX": "Mexico|メキシコ|멕시코|墨西哥",
    }
)
"""By MIC, names separated by |."""

READINGS: Final[Mapping[str, str]] = MappingProxyType(
    {"nikkei": "にっけい|にっけいへいきん", "taiex": "かけん", "shanghai": "しゃんはい", "csi300": "しーえすあい300"}
)
"""By market, how its Japanese names are read, which is what an input method sends before they are written."""

HOME: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "ja": ("XTKS",),
        "ko": ("XKRX",),
        "zh-TW": ("XTAI", "XHKG"),
        "zh-CN": ("XSHG", "XHKG"),
        "en-US": ("XNYS",),
        "en-GB": ("XLON",),
        "de": ("XETR",),
        "fr": ("XPAR",),
        "es-ES": ("XMAD",),
        "es-419": ("XMEX",),
        "it": ("XMIL",),
        "nl": ("XAMS",),
        "sv-SE": ("XSTO",),
        "tr": ("XIST",),
        "pt-BR": ("BVMF",),
        "hi": ("XBOM",),
        "id": ("XIDX",),
        "th": ("XBKK",),
        "vi": ("XSTC",),
    }
)
"""By Discord's code of a member's language, the exchanges that are nearest to most of those who speak it."""
