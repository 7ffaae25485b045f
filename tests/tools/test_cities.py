"""Which airfields are told with their city."""

import pytest
from made_visits import VLADIVOSTOK, visit
from msgspec.structs import replace
from state_vectors import airport

from flightwatch.core.model import Airport, Place
from flightwatch.sources.cities_told import with_cities_told
from flightwatch.storage.tables import load_airports
from flightwatch.wording.whereabouts import brief_name, by_known_names, nickname

BUSY = """\
İstanbul IST; Amsterdam AMS; London LHR; Paris Charles de Gaulle CDG; Frankfurt FRA; Madrid MAD; Barcelona BCN; Munich MUC;
Rome FCO; Athens ATH; Zürich ZRH; Istanbul Sabiha Gökçen SAW; London LGW; Copenhagen CPH; Dublin DUB; Vienna VIE; Palma de
Mallorca PMI; Antalya AYT; Lisbon LIS; Milan Malpensa MXP; Oslo OSL; Paris ORY; London STN; Manchester MAN; Stockholm ARN;
Warsaw WAW; Brussels BRU; Berlin BER; Málaga AGP; Geneva GVA; Düsseldorf DUS; Helsinki HEL; Nice NCE; Gran Canaria LPA;
Prague PRG; Budapest BUD; London LTN; Bucharest Henri Coandă OTP; Alicante ALC; Edinburgh EDI; Hamburg HAM; Milan LIN;
Cologne Bonn CGN; Porto Francisco de Sá Carneiro OPO; Milan BGY; Birmingham BHX; Marseille MRS; Ankara Esenboğa ESB; Lyon
LYS; Casablanca Mohammed V CMN; Naples NAP; Belgrade BEG; Kraków KRK; Stuttgart STR; Tenerife TFS; Bergen BGO; Valencia VLC;
Venice VCE; Bologna BLQ; Ibiza IBZ; Catania CTA; Tenerife TFN; EuroAirport Basel-Mulhouse-Freiburg BSL; Baku Heydar Aliyev
GYD; Larnaca LCA; Adnan Menderes ADB; Bristol BRS; Malta MLA; Glasgow GLA; São Paulo Guarulhos GRU; São Paulo Congonhas CGH;
Brasília Presidente Juscelino Kubitschek BSB; Rio Galeão – Tom Jobim GIG; Viracopos VCP; Belo Horizonte Tancredo Neves CNF;
Recife REC; Salvador Deputado Luiz Eduardo Magalhães SSA; Rio de Janeiro Santos Dumont SDU; Rio De Janeiro Jacarepaguá RRJ;
Chicago ORD; Atlanta ATL; Dallas Fort Worth DFW; Los Angeles LAX; Denver DEN; Charlotte CLT; Las Vegas Harry Reid LAS;
Houston IAH; San Francisco SFO; New York John F Kennedy JFK; Phoenix PHX; Philadelphia PHL; Minneapolis MSP; Miami MIA;
Newark EWR; Detroit DTW; New York La Guardia LGA; Boston Logan BOS; Seattle SEA; Salt Lake City SLC; Washington Dulles IAD;
Honolulu Daniel K Inouye HNL; Orlando MCO; Washington DCA; Fort Lauderdale FLL; Chicago MDW; Baltimore BWI; Memphis MEM;
Portland PDX; San Diego SAN; Tampa TPA; Hong Kong HKG; Beijing PEK; Shanghai Pudong PVG; Dubai DXB; Tokyo HND; Narita NRT;
New Delhi Indira Gandhi DEL; Mumbai Chhatrapati Shivaji BOM; Bangalore Kempegowda BLR; Chennai MAA; Netaji Subhash Chandra
Bose CCU; Hyderabad Rajiv Gandhi HYD; Cochin COK; Guangzhou Baiyun CAN; Shenzhen Bao'an SZX; Chengdu Shuangliu CTU; Chengdu
Tianfu TFU; Chongqing CKG; Kunming KMG; Xi'an Xianyang XIY; Wuhan WUH; Changsha CSX; Nanjing NKG; Hangzhou HGH; Xiamen XMN;
Qingdao Jiaodong TAO; Shanghai Hongqiao SHA; Beijing PKX; Zhengzhou CGO; Ürümqi URC; Haikou Meilan HAK; Sanya Phoenix SYX;
Taiwan Taoyuan TPE; Kaohsiung KHH; Seoul Incheon ICN; Seoul Gimpo GMP; Jeju CJU; Busan Gimhae PUS; Osaka Kansai KIX; Osaka
ITM; Tokoname Chubu Centrair NGO; Fukuoka FUK; Sapporo New Chitose CTS; Naha OKA; Singapore SIN; Kuala Lumpur KUL; Bangkok
Suvarnabhumi BKK; Bangkok Don Mueang DMK; Phuket HKT; Jakarta Soekarno-Hatta CGK; Surabaya Juanda SUB; Denpasar Ngurah Rai
(Bali) DPS; Manila Ninoy Aquino MNL; Mactan Cebu CEB; Tan Son Nhat SGN; Hanoi Noi Bai HAN; Da Nang DAD; Phnom Penh PNH;
Yangon RGN; Sydney SYD; Melbourne MEL; Brisbane BNE; Perth PER; Auckland AKL; Doha Hamad DOH; Abu Dhabi AUH; Jeddah King
Abdulaziz JED; Riyadh King Khaled RUH; Medina Prince Mohammad Bin Abdulaziz MED; Kuwait KWI; Bahrain BAH; Muscat MCT; Tel
Aviv Ben Gurion TLV; Amman Queen Alia AMM; Beirut BEY; Cairo CAI; Hurghada HRG; Algiers Houari Boumediene ALG; Tunis TUN;
Lagos Murtala Muhammed LOS; Accra Kotoka ACC; Addis Ababa ADD; Nairobi Jomo Kenyatta NBO; Johannesburg OR Tambo JNB; Cape
Town CPT; Dakar Blaise Diagne DSS; Moscow Sheremetyevo SVO; Moscow Domodedovo DME; Moscow Vnukovo VKO; St. Petersburg
Pulkovo LED; Yekaterinburg Koltsovo SVX; Kiev Boryspil KBP; Tashkent TAS; Almaty ALA; Mexico City Licenciado Benito Juarez
MEX; Cancún CUN; Guadalajara Don Miguel Hidalgo Y Costilla GDL; Tijuana General Abelardo L. Rodríguez TIJ; Bogota El Dorado
BOG; Lima Jorge Chávez LIM; Santiago Comodoro Arturo Merino Benítez SCL; Buenos Aires Ministro Pistarini EZE; Buenos Aires
Jorge Newbery Airpark AEP; Quito Mariscal Sucre UIO; Tocumen PTY; Havana José Martí HAV; San Juan Luis Munoz Marin SJU;
Toronto Lester B. Pearson YYZ; Vancouver YVR; Montreal / Pierre Elliott Trudeau YUL; Calgary YYC; Pyongyang FNJ; Vladivostok
VVO; Providence Theodore Francis Green State PVD; Milwaukee General Mitchell MKE; Santa Ana John Wayne Airport-Orange County
SNA; Reykjavík Keflavik KEF
"""
"""The busiest fields of the world, and some that are often asked about, as an alert tells them."""


@pytest.mark.parametrize("said", " ".join(BUSY.split()).split("; "))
def test_the_busiest(said: str) -> None:
    """By city and own name, where that alone does not say where it is; never by a village beside the runway."""
    assert nickname(airport(said.rpartition(" ")[2])) == said


def field(name: str, city: str | None, iata: str | None = None, **changed: object) -> Airport:
    """Make a field in the middle of Italy unless ``changed`` says else."""
    return replace(airport("FCO"), icao=name, iata=iata, name=f"{name} Airport", city=city, **changed)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ([field("Logan", "Boston", "BOS")], ["Logan"]),  # the code was made from the city's name
        ([field("Vladivostok", "Artyom", "VVO")], []),  # it was made from the field's, so Artyom is its village
        ([field("Esenboğa", "Ankara", "ESB")], []),
        ([field("Esenboğa", "Ankara", "ESB"), field("Etimesgut", "Ankara")], ["Esenboğa", "Etimesgut"]),  # it has two: a city
        ([field("Esenboğa", "Ankara", "ESB"), field("Farm", "Ankara", kind="small", scheduled=False)], ["Farm"]),
        ([field("Esenboğa", "Ankara", "ESB"), field("Far", "Ankara", latitude=45.0)], []),
        ([field("Zürich", "Zurich", "ZRH"), field("Turin", "Torino", "TTT"), field("Frankfurt", "Frankfurt am Main")], []),
        ([field("Sabiha Gökçen Istanbul", "Pendik, Istanbul", "PPP"), field("Italy National", "Rome", "ROM")], []),
        ([field("San Marco", "San Giovanni", "SGI")], ["San Marco"]),  # many places are called after a saint
        ([field("Heydar Aliyev", "Baku", "GYD"), field("Orang", "Hoemun-ri", "RGO", kind="medium")], ["Heydar Aliyev"]),
        ([field("Nowhere", None, "XXX"), field("Alone", "Somewhere")], []),
    ],
)  # fmt: skip
def test_the_rule(fields: list[Airport], told: list[str]) -> None:
    assert [each.icao for each in with_cities_told(fields) if each.is_city_told] == told


def test_the_table_is_as_the_rule_has_it() -> None:
    fields = [*load_airports()]
    assert [*with_cities_told([replace(each, is_city_told=False) for each in fields])] == fields


def test_only_the_first_of_two_names_and_of_two_cities_is_told() -> None:
    long = field(
        "Guarulhos - Governador André Franco Montoro International", "São Paulo (Guarulhos)", "GRU", is_city_told=True
    )
    assert nickname(long) == "São Paulo Guarulhos GRU"
    assert brief_name(field("Carrasco International /General C L Berisso", "Montevideo", is_city_told=True)) == (
        "Montevideo Carrasco"
    )


def test_what_was_recorded_is_told_by_its_known_name() -> None:
    """The record has the field's own name alone; what the table does not know stays."""
    logan, nowhere = Place("KBOS", "BOS", "Logan International Airport"), Place("XX99", None, "Nowhere Airport")
    visits = [visit(airport=place) for place in (logan, nowhere, VLADIVOSTOK, None)]
    told = [each.airport and each.airport.name for each in by_known_names(visits, load_airports())]
    assert told == ["Boston Logan", "Nowhere Airport", "Vladivostok", None]
