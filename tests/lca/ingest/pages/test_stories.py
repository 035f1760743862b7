"""A page comes in, and its facilities, parts, people and ways come out; all of it is invented."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from support.pages import save_page

from lca.ingest import read_assessment
from lca.ingest.instructions import Instructions
from lca.ingest.judgement.matrices import check_matrices
from lca.ingest.limits import Limits
from lca.ingest.pages.document import understand_document
from lca.ingest.pages.docx import read_docx
from lca.ingest.pages.html import read_html
from lca.ingest.pages.reading import read_document
from lca.ingest.profiles.profile import load_profiles
from lca.ingest.wire import Sheet, SheetEnd, SheetRow, SheetStart
from lca.issues import Severity

ASKED = Instructions(
    source_org="exercise", date_of_information=date(2026, 11, 1), exercise=True, country="SDN"
)
PORT = [
    ("h1", "2.1.1 Sudan Port of Testhaven"),
    ("p", "Invented for an exercise: a port of the the coast."),
    ("h2", "Port Location and Contact"),
    (
        "table",
        [
            [("Port Location and Contact", 2, 1)],
            ["Country", "Sudan"],
            ["Port's Complete Name", "Port of Testhaven"],
            ["Latitude", "19° 36' 57\" N"],
            ["Longitude", "37°\u00a013' 28\" E"],
            ["Managing Company or Port Authority", "Testhaven Ports, tel. +249 912 000 000"],
            ["Management Contact Person", "Ms Ada Example\nTel: +249 912 000 111\nada@example.org"],
            ["Colour of the gate", "green"],
        ],
    ),
    ("h2", "Port Performance"),
    (
        "table",
        [
            ["", "2023", "2024"],
            ["Vessel calls", "300", "320"],
            ["Container traffic (TEU)", "", "12,500"],
        ],
    ),
    ("h2", "Berthing Specifications"),
    (
        "table",
        [
            ["Type of Berth", "Quantity", "Length (m)", "Maximum Draft (m)", "Comments"],
            ["Conventional Berth", "4", "600", "8-10 m", "quays 1 to 4"],
            ["Container Berth", "2", "450", "12.6", ""],
        ],
    ),
    ("h2", "Port Handling Equipment"),
    (
        "table",
        [
            ["Equipment", ("Available (Yes / No)", 1, 2), "Total Quantity and Capacity Available"],
            ["Equipment", "MT"],
            ["Dockside Crane", "Yes", "4 x 40 MT"],
            ["Mobile Cranes", "✓", "3"],
            ["Reachstacker", "No", "-"],
        ],
    ),
    ("h2", "Legends of the sea"),
    ("table", [["Sprite", "Temper"], ["Nix", "mild"], ["Kelpie", "bad"]]),
]


def sheets_of(messages):
    sheets, start, rows = [], None, []
    for message in messages:
        if isinstance(message, SheetStart):
            start, rows = message, []
        elif isinstance(message, SheetRow):
            rows.append(message)
        elif isinstance(message, SheetEnd):
            sheets.append(Sheet(start.name, start.known, tuple(rows), (), start.context))
    return tuple(sheets)


def read_page(path, parts, *, asked=ASKED, layer=None, **how):
    """Read a page in this process; the child has its own stories."""
    reader = read_docx if path.suffix == ".docx" else read_html
    sheets = sheets_of(reader(save_page(path, parts, **how), Limits()))
    document = understand_document(sheets, load_profiles()["lca-pages"], asked, layer)
    tables = read_document(document)
    return (
        document,
        {
            layer: [record for one in tables if one.kind.layer == layer for record in one.records]
            for layer in {one.kind.layer for one in tables}
        },
        [*document.issues, *(issue for one in tables for issue in one.issues)],
    )


def by_name(frame):
    return {row["name"]: row for row in frame.to_dict("records")}


@pytest.mark.parametrize("ending", [".html", ".docx"])
def test_a_port_page_is_one_port_with_its_berths_equipment_and_people(tmp_path, ending):
    reading = read_assessment(save_page(tmp_path / f"p{ending}", PORT), instructions=ASKED)
    assert reading.profile == "lca-pages"
    (port,) = reading.tables["ports"].to_dict("records")
    assert (port["name"], port["iso3"], port["lca_section"]) == (
        "Port of Testhaven",
        "SDN",
        "2.1.1",
    )
    assert port["geometry"].coords[0] == pytest.approx((37.2244, 19.6158), abs=1e-3)
    assert port["operator_name"] == "Testhaven Ports"
    assert (port["annual_vessel_calls"], port["throughput_year"]) == (320, 2024)
    assert port["annual_container_teu"] == 12_500
    assert port["source_type"] == "lca"
    berths = by_name(reading.tables["berths"])
    conventional = berths["Port of Testhaven Conventional Berth"]
    assert conventional["max_draft_m"] == 8  # of 8-10 m what promises less
    assert conventional["facility_id"] == port["id"]
    assert conventional["facility_name"] == "Port of Testhaven"
    equipment = by_name(reading.tables["handling_equipment"])
    crane = equipment["Port of Testhaven Dockside Crane"]
    assert (crane["equipment_kind"], crane["count"], crane["capacity_t"]) == (
        "dockside_crane",
        4,
        40,
    )
    assert not equipment["Port of Testhaven Reachstacker"]["available"]
    people = {(one.name, one.phone, one.email) for one in reading.contacts}
    assert ("Ms Ada Example", "+249 912 000 111", "ada@example.org") in people
    assert {one.facility_name for one in reading.contacts} == {"Port of Testhaven"}
    assert reading.report.rows_in["ports"] == 1
    assert reading.report.unread["Legends of the sea"] == 3
    assert reading.report.unread["Port Location and Contact"] == 1


def test_no_number_and_no_address_of_a_person_reaches_a_layer(tmp_path):
    reading = read_assessment(save_page(tmp_path / "p.html", PORT), instructions=ASKED)
    for frame in reading.tables.values():
        text = frame.drop(columns="geometry").to_csv()
        assert "@" not in text
        assert "912 000" not in text
    assert "contacts" not in reading.tables


def test_the_printed_longitude_of_a_port_far_inland_is_told(tmp_path):
    """The published page of Port Sudan says 27°13'28" in its table (domain reference, 5.8)."""
    wrong = [
        [
            *part[:1],
            [
                [
                    cell.replace("37°\u00a013'", "27° 13'") if isinstance(cell, str) else cell
                    for cell in row
                ]
                for row in part[1]
            ],
        ]
        if part[0] == "table"
        else part
        for part in PORT
    ]
    reading = read_assessment(save_page(tmp_path / "p.html", wrong), instructions=ASKED)
    assert reading.tables["ports"].max_draft_m[0] == 12.6  # its deepest berth: it is of the sea
    (told,) = [issue for issue in reading.report.issues if issue.rule == "coordinates.inland"]
    assert "37" in told.proposal


def test_an_airport_has_its_longest_runway_and_ticked_answers(tmp_path):
    page = [
        ("h1", "2.2.1 Exland Testville International Airport"),
        ("h2", "Airport Location and Contact"),
        (
            "table",
            [
                ["Country", "Sudan", "Latitude", "N 15° 35' 22\""],
                ["Name of location / airport", "Testville", "Longitude", "E 32° 33' 11\""],
                ["IATA code", "TVX", "ICAO code", "HSXX"],
            ],
        ),
        ("h2", "Runway(s)"),
        (
            "table",
            [
                ["Runway", "Runway Dimensions", "Orientation", "Surface"],
                ["1", "1,200 x 30 m", "09/27", "Gravel"],
                ["2", "2,970 x 45 m", "18/36", "Asphalt, good condition"],
            ],
        ),
        ("h2", "Operating Details"),
        ("table", [["", "Yes", "No"], ["Customs", "X", ""], ["Control tower", "", "x"]]),
        ("table", [["Fire fighting category", "7"], ["Hours of operation", "24 hours"]]),
    ]
    _, found, issues = read_page(tmp_path / "a.docx", page)
    (airport,) = found["airports"]
    assert (airport.name, airport.icao, airport.fire_category) == ("Testville", "HSXX", 7)
    assert (airport.customs, airport.control_tower, airport.opening_hours) == (True, False, "24/7")
    assert (airport.runway_length_m, airport.runway_width_m) == (2970, 45)
    assert (airport.runway_surface, airport.runway_designator) == ("paved", "18/36")
    assert [one.facility_id for one in found["runways"]] == [airport.id] * 2
    assert issues == []


TOWNS = ["", "Aton", "Bereth", "Cusha", "Dorom"]
KM = [
    TOWNS,
    ["Aton", "-", "100", "200 km", "1,120"],
    ["Bereth", "100", "", "150", "400"],
    ["Cusha", "200", "150", "", "300"],
    ["Dorom", "700", "400", "300", "X"],
]
HOURS = [
    TOWNS,
    ["Aton", "", "2 Hours", "4 Hours", "3 Days"],
    ["Bereth", "2 hrs", "", "1 day", "day"],
    ["Cusha", "4 Hours", "1 Day 2 hours", "", "6h30"],
    ["Dorom", "3 Days", "soon", "6:30", ""],
]


def road(*more):
    return [
        ("h1", "2.3 Exland Road Network"),
        *more,
        ("h2", "Distance Matrix"),
        ("table", KM),
        ("h2", "Travel Time Matrix"),
        ("table", HOURS),
    ]


def legs_of(found):
    return {(one.place_from, one.place_to): one for one in found["travel_legs"]}


def test_two_matrices_become_one_leg_for_each_directed_pair(tmp_path):
    _, found, issues = read_page(tmp_path / "r.html", road())
    legs = legs_of(found)
    assert len(legs) == 12
    leg = legs["Aton", "Cusha"]
    assert (leg.distance_km, leg.travel_time_h, leg.mode) == (200, 4, "road")
    assert legs["Aton", "Dorom"].distance_km == 1120
    assert legs["Aton", "Dorom"].travel_time_h is None
    assert legs["Aton", "Dorom"].travel_time_as_written == "3 Days"
    assert legs["Dorom", "Bereth"].distance_km == 400  # its time says nothing, and is told
    assert {one.rule for one in issues} == {"matrix.days", "matrix.bare_unit", "matrix.unreadable"}


def test_a_day_has_the_hours_that_the_page_gives_it(tmp_path):
    _, found, _ = read_page(
        tmp_path / "r.html", road(("p", "Trucks drive 10 hours of driving per day."))
    )
    legs = legs_of(found)
    assert legs["Aton", "Dorom"].travel_time_h == 30
    assert legs["Cusha", "Bereth"].travel_time_h == 12
    assert legs["Bereth", "Dorom"].travel_time_h is None


def test_the_faults_of_a_matrix_come_out_of_the_page(tmp_path):
    sheets = sheets_of(read_html(save_page(tmp_path / "r.html", road()), Limits()))
    tables = read_document(understand_document(sheets, load_profiles()["lca-pages"], ASKED))
    check_matrices(tables)
    said = [
        issue.value for one in tables for issue in one.issues if issue.rule == "matrix.asymmetric"
    ]
    assert said == ["1120 / 700 km"]


def test_a_triangular_matrix_holds_both_ways(tmp_path):
    half = [TOWNS[:4], ["Aton", "", "100", "200"], ["Bereth", "", "", "150"], ["Cusha", "", "", ""]]
    page = [("h1", "2.3 Road"), ("h2", "Distance matrix (miles)"), ("table", half)]
    _, found, _ = read_page(tmp_path / "r.docx", page)
    legs = legs_of(found)
    assert len(legs) == 6
    assert legs["Cusha", "Aton"].distance_km == pytest.approx(321.8688)
    assert "both ways" in legs["Cusha", "Aton"].basis


def test_times_of_the_rainy_season_stand_alone(tmp_path):
    page = [
        *road(),
        ("h2", "Travel time matrix in the rainy season"),
        (
            "table",
            [TOWNS, ["Aton", "", "9 Hours", "20 Hours", ""], ["Bereth", "9 Hours", "", "", ""]],
        ),
    ]
    _, found, _ = read_page(tmp_path / "r.html", page)
    rainy = [one for one in found["travel_legs"] if one.season == "rainy"]
    assert [one.travel_time_h for one in rainy] == [9, 20, 9]
    assert all(one.distance_km is None for one in rainy)


def test_fuel_prices_have_their_date_and_both_currencies(tmp_path):
    page = [
        ("h1", "3.1 Exland Fuel"),
        (
            "table",
            [
                [("Fuel prices per litre as of: 12 MAR 26 (local currency and USD - $)", 3, 1)],
                ["", "SDG", "USD"],
                ["Petrol", "600 SDG", "1.00"],
                ["Diesel", "550", "0.95"],
                ["Paraffin", "0.00", "0.00"],
            ],
        ),
        ("table", [["Is there a rationing system?", "No"], ["National priorities", "Yes"]]),
    ]
    _, found, issues = read_page(tmp_path / "f.html", page)
    (fuel,) = found["fuel"]
    assert (fuel.petrol_price, fuel.diesel_price_usd, fuel.price_currency) == (600, 0.95, "SDG")
    assert fuel.kerosene_price is None  # the blank form says 0.00
    assert fuel.price_date == datetime(2026, 3, 12, tzinfo=UTC)
    assert (fuel.rationing, fuel.national_priorities) == (False, True)
    assert issues == []


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        (
            [["Pays", "Tchad"], ["Nom du poste frontière", "Testou"], ["Pays limitrophe", "Soudan"],
             ["Coordonnées GPS", "13°27'15\"N 21°45'10\"E"], ["Heures d'ouverture", "de 08:00 à 17:00"],
             ["Capacité quotidienne", "100 camions"]],
            "2.3.1 Poste frontière de Testou",
        ),
        (
            [["País", "Chad"], ["Nombre del paso fronterizo", "Testou"], ["País vecino", "Sudán"],
             ["Coordenadas", "13°27'15\"N 21°45'10\"E"], ["Horario", "08:00 - 17:00"],
             ["Capacidad diaria", "100 camiones"]],
            "2.3.1 Paso fronterizo de Testou",
        ),
    ],
)  # fmt: skip
def test_a_border_post_in_french_and_spanish(tmp_path, rows, title):
    _, found, issues = read_page(tmp_path / "b.html", [("h1", title), ("table", rows)])
    (post,) = found["border_crossings"]
    assert (post.name, post.iso3, post.iso3_other_side) == ("Testou", "TCD", "SDN")
    assert (post.opening_hours, post.daily_truck_capacity) == ("08:00-17:00", 100)
    assert post.geometry.coords[0] == pytest.approx((21.7528, 13.4542), abs=1e-3)
    assert issues == []


def test_lists_of_stores_mills_and_companies_have_a_record_in_each_row(tmp_path):
    page = [
        ("h1", "2.6 Storage Assessment"),
        ("table", [
            ["Storage name", "Type", "Area (sq ft)", "Capacity (MT)", "For rent", "Contact person", "Phone"],
            ["Rubb 1", "MSU", "10,000", "1,500", "Yes", "Ms B", "+249 911 222 333"],
            ["Silo X", "Silo", "", "see owner", "No", "", ""],
        ]),
        ("h1", "2.7 Milling Assessment"),
        ("table", [["Name of mill", "Mill A", "Mill B"], ["Commodity", "Sorghum", "Wheat"], ["Capacity (MT/day)", "50", "120"]]),
        ("h1", "3.2 Transporters"),
        ("table", [["Company", "Service", "Number of trucks", "E-mail"], ["Haulers", "Trucking", "40", "h@example.org"]]),
        ("h1", "4.1 Contact List"),
        ("table", [["Company", "Name", "Title", "Email"], ["Ministry of Tests", "Mr C", "Director", "c@example.org"]]),
    ]  # fmt: skip
    _, found, issues = read_page(tmp_path / "s.docx", page)
    first, second = found["storage"]
    assert (first.area_m2, first.capacity_t, first.for_rent) == (
        pytest.approx(929.0304),
        1500,
        True,
    )
    assert second.capacity_t is None
    assert [(one.name, one.capacity_t_day) for one in found["mills"]] == [
        ("Mill A", 50),
        ("Mill B", 120),
    ]
    assert [(one.service_kind, one.vehicles) for one in found["service_providers"]] == [
        ("transporter", 40)
    ]
    assert {(one.name, one.email or one.phone) for one in found["contacts"]} == {
        ("Ms B", "+249 911 222 333"),
        ("Haulers", "h@example.org"),
        ("Mr C", "c@example.org"),
    }
    assert [one.rule for one in issues] == ["page.unreadable"]


def test_two_ports_on_a_page_are_two_ports(tmp_path):
    def port(name, lon):
        return ("table", [["Port name", name], ["Latitude", "19 N"], ["Longitude", lon]])

    berths = ("table", [["Type of berth", "Length (m)"], ["Container", "300"]], "Berthing")
    page = [("h1", "2.1 Ports"), port("Aport", "37 E"), berths, port("Beport", "38 E"), berths]
    _, found, _ = read_page(tmp_path / "p.html", page)
    assert [one.name for one in found["ports"]] == ["Aport", "Beport"]
    assert [one.facility_name for one in found["berths"]] == ["Aport", "Beport"]


def test_a_page_without_source_or_date_rejects_its_rows_and_says_so_once_a_table(tmp_path):
    _, found, issues = read_page(tmp_path / "p.html", PORT, asked=Instructions())
    assert not any(found.values())
    errors = [one for one in issues if one.severity is Severity.ERROR]
    assert {one.rule for one in errors} == {"column.missing"}
    assert "--date" in errors[1].do_next


def test_the_page_may_say_itself_when_it_was_assessed(tmp_path):
    cover = (
        "table",
        [["Assessment dates", "From 1 March 2026"], ["To", "14 March 2026"], ["Assessor", "Ms A"]],
    )
    asked = Instructions(source_org="exercise", exercise=True)
    _, found, _ = read_page(tmp_path / "p.html", [("h1", "0 Exland"), cover, *PORT], asked=asked)
    assert found["ports"][0].date_of_information == datetime(2026, 3, 14, tzinfo=UTC)


def test_a_port_that_no_line_names_is_called_as_its_heading_and_told(tmp_path):
    page = [
        ("h1", "2.1.4 Port of Nameless"),
        ("table", [["Maximum draft", "9 m"], ["Tidal range", "2 m"]]),
    ]
    _, found, issues = read_page(tmp_path / "p.html", page)
    assert [one.name for one in found["ports"]] == ["Port of Nameless"]
    assert [one.rule for one in issues] == ["page.named_by_heading"]


def test_a_table_of_names_and_places_alone_is_nobodys(tmp_path):
    page = [("table", [["Name", "Latitude", "Longitude"], ["A", "15", "32"]])]
    document, found, _ = read_page(tmp_path / "p.html", page)
    assert document.matched == 0
    assert found == {}


def test_only_the_layer_that_was_asked_for_is_read(tmp_path):
    document, found, _ = read_page(tmp_path / "p.html", PORT, layer="berths")
    assert set(found) == {"berths"}
    assert document.unread["Port Handling Equipment"] > 0


@pytest.mark.parametrize(
    "rows",
    [
        [["Seasonal Constraints", "Occurs", "Time of Year"], ["Rainy Season", "Yes", "From May to October"],
         ["Major Import Campaigns", "Yes", "From January to March"], ["Other Comments", "No", "n/a"]],
        [["Seasonal Constraints", "Yes or No", "From", "To"], ["Rainy Season", "Yes", "May", "October"],
         ["Major Import Campaigns", "Yes", "January", "March"], ["Other", "No", "", ""]],
        [["Contraintes saisonnières", "Oui / Non", "Période"], ["Saison des pluies", "Oui", "mai – octobre"],
         ["Campagnes d'importation", "Oui", "de janvier à mars"], ["Autres", "Non", "-"]],
        [["Restricciones estacionales", "Ocurre", "Meses"], ["Temporada de lluvias", "Sí", "de mayo a octubre"],
         ["Campañas de importación", "Sí", "enero - marzo"], ["Otras", "No", "-"]],
    ],
    ids=["time of year", "from and to", "French", "Spanish"],
)  # fmt: skip
def test_the_seasonal_constraints_of_a_port_become_seasons(tmp_path, rows):
    page = [("h1", "2.1.1 Exercise Port"), ("h2", "Port Performance"), ("table", rows)]
    document, records, issues = read_page(tmp_path / "port.html", page)
    (season,) = records["seasons"]
    assert (season.season, season.month_from, season.month_to) == ("rainy", 5, 10)
    assert season.source_org == ASKED.source_org
    told = [issue for issue in issues if issue.rule == "rows.unread"]
    assert [issue.value.split(":")[0] for issue in told] == [rows[2][0]]
    assert [issue.rule for issue in issues].count("seasons.of_a_place") == 1
    assert not document.unread


def test_two_rainy_seasons_of_a_year_are_two_and_one_may_last_over_new_year(tmp_path):
    rows = [
        ["Seasonal Constraints", "Occurs", "Time of Year"],
        ["Rainy season", "Yes", "March to May and October to December"],
        ["Floods", "Yes", "November - February"],
        ["Rains", "Yes", "all year"],
        ["Wet season", "Yes", "June, July, August and September"],
        ["Monsoon", "Yes", "not from June to August"],
    ]
    _, records, issues = read_page(
        tmp_path / "port.html", [("h1", "Exercise Port"), ("table", rows)]
    )
    assert [(one.season, one.month_from, one.month_to) for one in records["seasons"]] == [
        ("rainy", 3, 5),
        ("rainy", 10, 12),
        ("flood", 11, 2),
    ]
    assert len({one.id for one in records["seasons"]}) == 3
    assert [one.value for one in issues if one.rule == "rows.unread"] == [
        "Rains: Yes: all year",
        "Wet season: Yes: June, July, August and September",
        "Monsoon: Yes: not from June to August",
    ]


@pytest.mark.parametrize(
    ("title", "rows", "instead"),
    [
        (
            "Axle Load Limits",
            [["Configuration", "Limit"], ["Single", "8 MT"], ["Tandem", "16 MT"]],
            "Axle load limit",
        ),
        (
            "2.5 Waterways Assessment",
            [["Route", "Vessel", "Season"], ["Upper to Lower", "Barge", "May-June"]],
            "Travel legs",
        ),
        ("Legends", [["Sprite", "Temper"], ["Nix", "mild"]], "lca profile propose"),
    ],
)
def test_each_table_that_is_not_read_says_what_to_do_instead(tmp_path, title, rows, instead):
    page = [("h1", "Exercise country"), ("h2", title), ("table", rows)]
    document, _, issues = read_page(tmp_path / "page.html", page)
    (issue,) = [one for one in issues if one.rule == "table.unread"]
    assert instead in issue.do_next
    assert list(document.unread.values()) == [len(rows)]


def test_a_line_of_a_port_about_its_seasons_stays_its_note(tmp_path):
    rows = [
        ["Port name", "Exercise Port"],
        ["Seasonal constraints", "rainy season, May to October"],
        ["Latitude", "-29.95"],
        ["Longitude", "-71.33"],
    ]
    _, records, _ = read_page(
        tmp_path / "port.html", [("h1", "2.1.1 Port Assessment"), ("table", rows)]
    )
    assert "seasons" not in records
    assert records["ports"][0].seasonal_note == "rainy season, May to October"
