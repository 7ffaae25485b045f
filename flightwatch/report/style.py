"""How a report looks: two palettes, and a style sheet for a wide screen, a phone and paper."""

from typing import Final

LIGHT: Final = {
    "paper": "#ffffff",
    "ink": "#1c2126",
    "quiet": "#57606a",
    "line": "#d0d7de",
    "link": "#0a58a8",
    "sea": "#e6eff5",
    "land": "#faf7ef",
    "coast": "#76828d",
    "graticule": "#c3d0da",
    "border": "#8f7f96",
    "country": "#5f5468",
    "water": "#35617f",
    "town": "#3d444b",
    "route": "#3f6f4a",
    "doubt": "#8a5a00",
    "lost": "#b3261e",
    "found": "#0a58a8",
    "bar": "#0a58a8",
    "none": "#0a58a800",
}
"""Colours on white, by the name of their CSS variable. Text keeps 4.5:1 to whatever it stands on, marks 3:1 (WCAG 2.2)."""

DARK: Final = {
    "paper": "#14181d",
    "ink": "#e8ebee",
    "quiet": "#a8b1bb",
    "line": "#3a434d",
    "link": "#8cc2ff",
    "sea": "#18222c",
    "land": "#2b333c",
    "coast": "#8b97a3",
    "graticule": "#47545f",
    "border": "#94869c",
    "country": "#c0b4c8",
    "water": "#8fb8d4",
    "town": "#c9d0d7",
    "route": "#7fc08d",
    "doubt": "#f0b84a",
    "lost": "#ff9d90",
    "found": "#8cc2ff",
    "bar": "#6fb1f5",
    "none": "#6fb1f500",
}
"""The same names on a dark ground."""


def _variables(palette: dict[str, str]) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in palette.items())


CARDS_PX: Final = 900
"""On a narrower screen rows become cards, as six columns would break their words. Paper keeps the table, in smaller type."""

PHONE_PX: Final = 800
"""On a narrower screen the drawings for a phone are shown: shrunk further, the letters of the others would be under 10 px."""

NARROW_REM: Final = 30
"""Greatest width of drawings for a phone, which grow with its screen."""

STYLE: Final = f"""
:root{{{_variables(LIGHT)}color-scheme:light dark}}
@media screen and (prefers-color-scheme:dark){{:root{{{_variables(DARK)}}}}}
*{{box-sizing:border-box}}
body{{margin:0 auto;max-width:60rem;padding:1.25rem 1rem 3rem;background:var(--paper);color:var(--ink);\
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;overflow-wrap:anywhere;\
-webkit-text-size-adjust:100%}}
h1{{text-wrap:balance;font-size:1.7rem;line-height:1.2;margin:0 0 .4rem}}
h2{{font-size:1.3rem;line-height:1.25;margin:2.4rem 0 .4rem}}
h3{{font-size:1.05rem;margin:1.6rem 0 .4rem}}
p,ul{{margin:.4rem 0}}
a{{color:var(--link)}}
.answer{{font-size:1.15rem;line-height:1.4;text-wrap:pretty}}
small,.quiet{{color:var(--quiet);font-size:.85rem}}
td small,th small{{display:block;line-height:1.35;font-weight:400}}
figure{{margin:1.2rem 0}}
figcaption{{break-inside:avoid;break-before:avoid;color:var(--quiet);font-size:.85rem;margin-top:.4rem}}
figure svg{{display:block;width:100%;height:auto;border:1px solid var(--line);border-radius:6px}}
figure svg text{{font-family:inherit;paint-order:stroke}}
figure svg.wide+svg.wide,figure svg.narrow+svg.narrow{{margin-top:.4rem}}
figure .narrow{{display:none}}
figure svg.narrow{{max-width:{NARROW_REM}rem}}
.legend{{list-style:none;display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;padding:0}}
.legend li{{display:flex;align-items:baseline}}
.legend .over{{flex-basis:100%}}
.legend svg{{flex:none;width:22px;height:14px;border:0;border-radius:0;position:relative;top:2px;margin-right:.3rem}}
table{{width:100%;table-layout:fixed;border-collapse:collapse;font-size:.9rem}}
.visits thead th:nth-child(1){{width:17.5%}}
.visits thead th:nth-child(2){{width:17.2%}}
.visits thead th:nth-child(3){{width:14.3%}}
.visits thead th:nth-child(4){{width:12.8%}}
.visits thead th:nth-child(5){{width:17.2%}}
.index thead th:nth-child(1){{width:55%}}
.index thead th:nth-child(2){{width:12%}}
caption{{text-align:left;color:var(--quiet);font-size:.85rem;padding-bottom:.3rem}}
th,td{{text-align:left;vertical-align:top;padding:.5rem .7rem .5rem 0;border-bottom:1px solid var(--line)}}
thead th{{font-size:.85rem;color:var(--quiet);border-bottom:2px solid var(--line)}}
tbody th{{font-weight:600}}
time{{font-variant-numeric:tabular-nums}}
time,p span{{white-space:nowrap}}
td>div>div+div{{margin-top:.35rem}}
footer h2{{margin-top:1.2rem}}
footer{{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:.5rem;font-size:.92rem}}
@media screen and (max-width:{PHONE_PX - 1}px){{
figure .wide{{display:none}}
figure svg.narrow{{display:block}}
figure ul.narrow{{display:flex}}
}}
@media screen and (max-width:{CARDS_PX - 1}px){{
thead{{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}}
table,caption,tbody,tr,th,td{{display:block}}
tr{{border:1px solid var(--line);border-radius:6px;padding:.5rem .75rem;margin:.6rem 0}}
tbody th,td{{border:0;padding:.15rem 0;display:grid;grid-template-columns:6.2rem minmax(0,1fr);column-gap:.6rem}}
tbody th::before,td::before{{content:attr(data-name);color:var(--quiet);font-size:.85rem;font-weight:400;padding-top:.1rem}}
}}
@media print{{
@page{{margin:15mm}}
html{{font-size:9.5pt}}
body{{max-width:none;padding:0}}
tr,li,h2,h3{{break-inside:avoid}}
h2,h3,caption,thead{{break-after:avoid}}
a{{color:inherit;text-decoration:none}}
footer a::after{{content:" (" attr(href) ")"}}
.back,.files{{display:none}}
figure svg{{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
}}
"""
