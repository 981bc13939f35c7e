"""How a map was made, in words and formulas: those of the choices that were made, no others."""

from collections.abc import Mapping

from analysis.study import Study

_KERNELS: Mapping[str, str] = {
    "quartic": "A quartic kernel: 3 / (pi h^2) (1 - d^2 / h^2)^2 within the bandwidth h.",
    "gaussian": "A Gaussian kernel: 1 / (2 pi s^2) exp(-d^2 / (2 s^2)), s the bandwidth.",
    "epanechnikov": "An Epanechnikov kernel: 2 / (pi h^2) (1 - d^2 / h^2) within the bandwidth h.",
    "disc": "A disc: 1 / (pi h^2) within the bandwidth h, nothing outside.",
}
_EDGES: Mapping[str, str] = {
    "diggle": "What a kernel would lay beyond the border of the study area is given back inside, "
    "so that the map adds up to the events (Diggle 1985, *Applied Statistics* 34, 138).",
    "uniform": "The map is divided by the part of the kernel that lies inside the study area "
    "(Jones 1993, *Statistics and Computing* 3, 135).",
    "none": "What a kernel lays beyond the border of the study area is lost.",
}

_STREETS = """
Each incident is moved to the nearest **street** and spread along it by a kernel that ends at the
**bandwidth**, measured along the streets; the map is the sum, in events per length. At a junction
of *k* streets each street gets 2 / *k* of what arrives, and 1 - 2 / *k* is taken off the one it
came by: so the map has no steps, and **density times length adds up to the events**. The streets
are surveyed ones with a name, as indexed on the page Streets; schematic corridors are never taken
for them. Only incidents known to a street or better take part.

**Streets that stand out** are the least length of street that holds half of the density, joined
along one name. A street with many incidents may only be one with many people.

Okabe, Satoh and Sugihara 2009, *International Journal of Geographical Information Science* 23, 7.
"""

_RISK = """
The density of incidents is divided by that of people, both with the same **bandwidth** and each as
a share of its total: 1 is the risk of the whole study area, 2 is twice that. People are known by
county, so both are taken at the middles of counties; counties of which nothing is known are blank.

A place is **tested** with the variance that counties show anyway (*phi*, as on the page Hot spots)
on top of chance; *q* is its p-value corrected for looking at all places. **Contours** (off in the
panel of layers at first) say which of the two they are drawn for.

Kelsall and Diggle 1995, *Bernoulli* 1, 3; Hazelton and Davies 2009, *Biometrical Journal* 51, 98.
"""

_CONTROLS = """
The density of the chosen records, the **cases**, is divided by that of the others of the same
places and days, the **controls**, both with the same **bandwidth** and each as a share of its
total: 1 is the ratio of the whole study area, 2 is twice that. Where people are many or reporting
is good, both are many, so that it cancels out. Only records known to a street or better take part.

**p** is how often chance alone would make so high a ratio, with both as unsure as their numbers
make them; *q* is *p* corrected for looking at all places. On the GeoTIFF both are bands beside the
ratio. **Contours** (off in the panel of layers at first) say which of the two they are drawn for.

Kelsall and Diggle 1995, *Bernoulli* 1, 3; Hazelton and Davies 2009, *Biometrical Journal* 51, 98;
Terrell 1990, *Journal of the American Statistical Association* 85, 470.
"""

HOT_SPOTS = """
**Getis-Ord Gi\\*** compares the number of events in an area and its neighbors with what would be
there if the same events had fallen anywhere in the study area: with *d* the count less its mean,
*w* the weights (the area itself among them), *z* = sum(w d) / sqrt(s^2 (n sum(w^2) - sum(w)^2) /
(n - 1)). *p* is how often chance alone would do it: of whole counts and weights of 0 and 1, the
exact share of all ways to share out the counts; of other values, the share of many shuffles. On a
grid, cells that the border cuts count by their ground. *q* is *p* corrected for looking at many
areas at once (false discovery rate). Classes: 99, 95, 90% confidence are *q* ≤ 0.01, 0.05, 0.10.

The **population-adjusted** test, which leads by county, asks whether a neighborhood holds more
events than its share *q* of the people, and more than places differ anyway. Of *N* events it has
*E* = *N q*, with the variance *E* + phi (sum of the squared *E* of its areas), less what the given
total takes away; *p* comes from the negative binomial curve with these two. *phi* is estimated from
the differences between neighbors and printed below. *Times expected* is events over *E*.

**Scales**: each hot or cold area is tested again with half and double the neighbors or distance.
**Moran's I** says whether neighbors are alike anywhere, **general G** whether it is the high ones.

Ord & Getis 1995, doi:10.1111/j.1538-4632.1995.tb00912.x; Benjamini & Hochberg 1995,
doi:10.1111/j.2517-6161.1995.tb02031.x; Clayton & Kaldor 1987, doi:10.2307/2532003; Cliff & Ord,
*Spatial Processes*, 1981; Getis & Ord 1992, doi:10.1111/j.1538-4632.1992.tb00261.x.
"""


def of_density(study: Study) -> str:
    """Say how a density of this study is made.

    Examples
    --------
    >>> "Gaussian" in of_density(Study(method="density", kernel="gaussian"))
    True
    >>> "quartic" in of_density(Study(method="density", kernel="gaussian"))
    False
    """
    if study.versus == "people":
        return _RISK
    if study.versus == "controls":
        return _CONTROLS
    if study.versus == "streets":
        return _STREETS
    return f"""
Each incident is spread over its surroundings by a **kernel** as wide as the **bandwidth**; the map
is the sum, in events per area. {_EDGES[study.edge]} **Hot areas** are the least ground that holds
half of the map's volume; **contours** (off in the panel of layers at first) hold 25, 50 and 75%.

{_KERNELS[study.kernel]} Lengths and areas are those of a local equal-area projection. A high place
holds many incidents, which may only mean many people: see *Relative risk*, and the hot spots.

Silverman 1986, *Density Estimation for Statistics and Data Analysis*, eq. 4.5; bandwidths that
follow the events: Abramson 1982, *Annals of Statistics* 10, 1217.
"""
