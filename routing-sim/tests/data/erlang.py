"""Writes Erlang B, C and A by plain sums and integrals of many digits to erlang-mpmath-VERSION.json, beside this file.

    python3 -m venv venv && venv/bin/pip install mpmath==1.4.1 && venv/bin/python erlang.py

The sums follow the definitions, not the recurrences of the crate. Times are in seconds; one takes SERVICE seconds; arrivals are given
an hour. It runs for some minutes.
"""

import json
from math import inf
from pathlib import Path

import mpmath
from mpmath import mp, mpf

mp.dps = 50
SERVICE = 180
WITHIN = 20
DEPTH = 5
AGENTS = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000]


def exact(number):
    return mpf(number)


def idle_weights(agents, offered):
    """The weights of 0 to `agents` busy, over that of all busy, added up."""
    term, total = mpf(1), mpf(1)
    for busy in range(agents, 0, -1):
        term = term * busy / offered
        total += term
    return total


def patient(agents, per_hour):
    offered = exact(per_hour) * SERVICE / 3600
    over_busy = idle_weights(agents, offered)
    blocked = 1 / over_busy
    rho = offered / agents
    # All busy and any number waiting: a geometric series.
    waiting = 1 / (1 - rho)
    wait = waiting / (over_busy - 1 + waiting)
    pace = (agents - offered) / SERVICE
    return {
        "agents": agents,
        "perHour": per_hour,
        "blocked": float(blocked),
        "probabilityWait": float(wait),
        "meanWait": float(wait / pace),
        "meanQueueLength": float(wait * rho / (1 - rho)),
        "serviceLevel": float(1 - wait * mp.exp(-pace * WITHIN)),
        "waitOver": float(wait * mp.exp(-pace * WITHIN)),
        "depthOver": float(wait * rho ** (DEPTH + 1)),
        "quantile": float(max(mpf(0), mp.log(wait / mpf("0.1")) / pace)),
    }


def impatient(agents, per_hour, patience):
    rate = exact(per_hour) / 3600
    leaving = mpf(1) / patience
    capacity = mpf(agents) / SERVICE
    offered = rate * SERVICE
    # The terms rise to one peak and fall; what is under the digits of the peak is left out.
    depths, largest, term = [], mpf(0), mpf(1)
    while len(depths) <= DEPTH + 1 or term > largest * mpf(10) ** -45:
        depths.append(term)
        largest = max(largest, term)
        term = term * rate / (capacity + len(depths) * leaving)
    waiting = mp.fsum(depths)
    total = waiting + idle_weights(agents, offered) - 1
    wait = waiting / total
    length = mp.fsum(depth * term for depth, term in enumerate(depths)) / total
    deep = mp.fsum(depths[DEPTH + 1 :]) / total
    abandoned = leaving * length / rate

    # The density of the offered wait, with the factor that the states give it: the crate scales it by its integral instead.
    just_busy = 1 / total
    def density(x):
        return capacity * just_busy * mp.exp((rate / leaving) * (1 - mp.exp(-leaving * x)) - capacity * x)

    peak = mp.log(rate / capacity) / leaving if rate > capacity else mpf(0)
    width = 1 / mp.sqrt(capacity * leaving)
    marks = sorted({mpf(0), *(peak + k * width for k in range(-12, 41, 2) if peak + k * width > 0)})

    def integral(function, low, high):
        stops = [low, *(mark for mark in marks if low < mark < high), high]
        if high == inf:
            stops = [*stops[:-1], stops[-2] + 60 * width + 60 / capacity]
        # The library ends where the error is small beside 1, so the function is brought near 1 first.
        scale = max(function(stop) for stop in stops)
        if scale == 0:
            return mpf(0)
        mp.dps = 30
        found = scale * mp.fsum(mp.quad(lambda x: function(x) / scale, [a, b]) for a, b in zip(stops, stops[1:]) if b > a)
        mp.dps = 50
        return found

    stays = lambda x: mp.exp(-leaving * x)
    answered_in_time = 1 - wait + integral(lambda x: density(x) * stays(x), mpf(0), mpf(WITHIN))
    beyond = integral(density, mpf(WITHIN), inf)
    left_in_time = integral(lambda x: density(x) * (1 - stays(x)), mpf(0), mpf(WITHIN)) + beyond * (1 - stays(WITHIN))
    answered_wait = integral(lambda x: x * density(x) * stays(x), mpf(0), inf) / (1 - abandoned)
    return {
        "agents": agents,
        "perHour": per_hour,
        "patience": patience,
        "probabilityWait": float(wait),
        "meanWait": float(length / rate),
        "meanQueueLength": float(length),
        "abandonment": float(abandoned),
        "occupancy": float(rate * (1 - abandoned) / capacity),
        "ofOffered": float(answered_in_time),
        "ofOfferedLessLeftInTime": float(answered_in_time / (1 - left_in_time)),
        "ofAnswered": float(answered_in_time / (1 - abandoned)),
        "meanWaitOfAnswered": float(answered_wait),
        "waitOver": float(beyond * stays(WITHIN)),
        "depthOver": float(deep),
    }


def main():
    data = {
        "package": "mpmath",
        "version": mpmath.__version__,
        "digits": mp.dps,
        "service": SERVICE,
        "within": WITHIN,
        "depth": DEPTH,
        "patient": [
            patient(agents, agents * 20 * share)
            for agents in AGENTS
            for share in [0.5, 0.75, 0.875, 0.96875, 0.9990234375]
        ],
        "impatient": [
            impatient(agents, agents * 20 * share, patience)
            for agents in AGENTS
            for share, patience in [(0.75, 180), (0.9375, 45), (0.96875, 1800), (1, 180), (1.125, 120), (2, 20)]
        ],
    }
    path = Path(__file__).with_name(f"erlang-mpmath-{mpmath.__version__}.json")
    path.write_text(json.dumps(data, indent=1) + "\n")


main()
