"""The offices of the made-up company, and phone numbers that ring nowhere.

The numbers lie in ranges that the regulators keep free for drama (Ofcom, BNetzA, ARCEP, ACMA, PTS, ComReg, 555-01xx).
Where a country keeps none, an office is reached through the exchange in Britain, in the range 01632 960.
"""

from __future__ import annotations

from typing import NamedTuple

_EXCHANGE = "+44 1632 960###"


class DemoPlace(NamedTuple):
    """An office. `phone` and `mobile` are patterns: each # is a digit. `cultures` are weighted by how often told."""

    code: str
    name: str
    address: str
    city: str
    country: str
    time_zone: str
    cultures: str
    phone: str = _EXCHANGE
    mobile: str = "+44 7700 900###"


PLACES: tuple[DemoPlace, ...] = (
    DemoPlace("BRS", "Bristol", "1 Larkfield Yard\nBristol BS0 0LF", "Bristol", "GB", "Europe/London", "english english english irish north_indian arabic polish", "+44 117 496 0###"),
    DemoPlace("BER", "Berlin", "Wetterhof 12\n00100 Berlin", "Berlin", "DE", "Europe/Berlin", "german german german turkish polish persian hebrew hungarian", "+49 30 23125 ###", "+49 171 39200 ##"),
    DemoPlace("BLR", "Bengaluru", "Monsoon House, 4th Cross\nBengaluru 560000", "Bengaluru", "IN", "Asia/Kolkata", "south_indian south_indian north_indian arabic"),
    DemoPlace("TOR", "Toronto", "200 Snowgauge Street\nToronto ON", "Toronto", "CA", "America/Toronto", "english french chinese north_indian irish korean ukrainian persian filipino", "+1 416 555 01##", "+1 647 555 01##"),
    DemoPlace("PAR", "Paris", "8, rue de la Girouette\n75000 Paris", "Paris", "FR", "Europe/Paris", "french french french arabic brazilian vietnamese", "+33 1 99 00 ## ##", "+33 6 39 98 ## ##"),
    DemoPlace("STO", "Stockholm", "Molngatan 3\n100 00 Stockholm", "Stockholm", "SE", "Europe/Stockholm", "swedish swedish nordic finnish arabic greek", "+46 8 465 004 ##"),
    DemoPlace("MEL", "Melbourne", "55 Southerly Lane\nMelbourne VIC", "Melbourne", "AU", "Australia/Melbourne", "english english greek italian vietnamese chinese", "+61 3 7010 ####", "+61 3 5550 ####"),
    DemoPlace("LOS", "Lagos", "17 Harmattan Close\nLagos", "Lagos", "NG", "Africa/Lagos", "nigerian nigerian nigerian arabic"),
    DemoPlace("DUB", "Dublin", "2 Drizzle Quay\nDublin", "Dublin", "IE", "Europe/Dublin", "irish irish irish polish brazilian english", "+353 20 91# ####", "+353 20 91# ####"),
    DemoPlace("TYO", "Tokyo", "Tsuyu Building 6F\nTokyo", "Tokyo", "JP", "Asia/Tokyo", "japanese japanese japanese japanese korean chinese"),
    DemoPlace("SAO", "São Paulo", "Rua da Garoa, 90\nSão Paulo", "São Paulo", "BR", "America/Sao_Paulo", "brazilian brazilian brazilian italian japanese"),
    DemoPlace("WAW", "Warsaw", "ul. Deszczowa 7\n00-000 Warszawa", "Warszawa", "PL", "Europe/Warsaw", "polish polish czech ukrainian"),
    DemoPlace("DEN", "Denver", "900 Hailstone Avenue\nDenver CO", "Denver", "US", "America/Denver", "english english spanish german vietnamese", "+1 303 555 01##", "+1 720 555 01##"),
    DemoPlace("NBO", "Nairobi", "Long Rains Road 31\nNairobi", "Nairobi", "KE", "Africa/Nairobi", "east_african east_african east_african north_indian"),
    DemoPlace("MAD", "Madrid", "Calle de la Veleta, 22\n28000 Madrid", "Madrid", "ES", "Europe/Madrid", "spanish spanish spanish brazilian arabic"),
    DemoPlace("SIN", "Singapore", "10 Squall Rise\nSingapore 000000", "Singapore", "SG", "Asia/Singapore", "chinese chinese north_indian english filipino south_indian"),
    DemoPlace("MAN", "Manchester", "41 Rainshadow Street\nManchester M0 0LF", "Manchester", "GB", "Europe/London", "english english irish north_indian nigerian", "+44 161 496 0###"),
    DemoPlace("MEX", "Mexico City", "Calle Neblina 14\nCiudad de México", "Ciudad de México", "MX", "America/Mexico_City", "spanish spanish spanish"),
    DemoPlace("IST", "Istanbul", "Lodos Sokak 5\nİstanbul", "İstanbul", "TR", "Europe/Istanbul", "turkish turkish turkish greek"),
    DemoPlace("AMS", "Amsterdam", "Buienkade 77\nAmsterdam", "Amsterdam", "NL", "Europe/Amsterdam", "dutch dutch dutch turkish arabic"),
    DemoPlace("HEL", "Helsinki", "Sumukatu 9\n00000 Helsinki", "Helsinki", "FI", "Europe/Helsinki", "finnish finnish finnish swedish ukrainian"),
    DemoPlace("LIS", "Lisbon", "Rua do Nevoeiro, 6\nLisboa", "Lisboa", "PT", "Europe/Lisbon", "brazilian brazilian spanish"),
    DemoPlace("MIL", "Milan", "Via della Nebbia 18\n20100 Milano", "Milano", "IT", "Europe/Rome", "italian italian italian arabic"),
    DemoPlace("SEL", "Seoul", "Jangma-ro 25\nSeoul", "Seoul", "KR", "Asia/Seoul", "korean korean korean"),
    DemoPlace("HAN", "Hanoi", "8 Phố Mưa Phùn\nHà Nội", "Hà Nội", "VN", "Asia/Ho_Chi_Minh", "vietnamese vietnamese vietnamese"),
    DemoPlace("VAN", "Vancouver", "300 Drizzle Drive\nVancouver BC", "Vancouver", "CA", "America/Vancouver", "english chinese north_indian korean", "+1 604 555 01##", "+1 778 555 01##"),
    DemoPlace("CAI", "Cairo", "12 Khamsin Street\nCairo", "Cairo", "EG", "Africa/Cairo", "arabic arabic arabic"),
    DemoPlace("LYS", "Lyon", "5, quai du Brouillard\n69000 Lyon", "Lyon", "FR", "Europe/Paris", "french french arabic italian", "+33 4 65 71 ## ##", "+33 6 39 98 ## ##"),
    DemoPlace("CGN", "Cologne", "Regenbogenallee 2\n50000 Köln", "Köln", "DE", "Europe/Berlin", "german german turkish dutch", "+49 221 4710 ###", "+49 171 39200 ##"),
    DemoPlace("AKL", "Auckland", "Cloudburst Terrace 44\nAuckland", "Auckland", "NZ", "Pacific/Auckland", "english english pacific pacific chinese filipino"),
)  # fmt: skip


def places_for(employees: int) -> tuple[DemoPlace, ...]:
    """The offices of a company of a size: ten, and more as it grows."""
    if employees < 100:
        return PLACES[:4]
    if employees <= 2_000:
        return PLACES[:10]
    return PLACES[:20] if employees <= 30_000 else PLACES


def number(pattern: str, count: int) -> str:
    """The phone number of the `count`-th person behind a pattern; extensions where the range is used up."""
    digits = pattern.count("#")
    turn, place = divmod(count, 10**digits)
    # A step that shares no factor with ten visits every number once, in an order that looks like none.
    filler = iter(f"{(place * 7 ** (digits + 1) + 13) % 10**digits:0{digits}}" if digits else "")
    dialled = "".join(next(filler) if char == "#" else char for char in pattern)
    return f"{dialled} ext. {turn + 100}" if turn else dialled
