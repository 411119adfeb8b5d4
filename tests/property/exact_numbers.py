"""Numbers of vm/base against Python's exact integers and fractions.

Catches: any rounding, product, split or decimal text that is not the exact one, at any size up to the
edges of 128 bits."""
from fractions import Fraction
import math

from asking import Asking

I64_MAX, I64_MIN = 2**63 - 1, -(2**63)
I128_MAX, I128_MIN = 2**127 - 1, -(2**127)
CASES = 4000
asking = Asking()
random = asking.random


def any_size(bits, least=0):
    """A number of a random size up to `bits` bits, near a power of two or of ten half of the time."""
    size = random.randrange(bits + 1)
    value = random.getrandbits(size) if size else 0
    if random.random() < 0.3:
        value = 2**size + random.randrange(-2, 3)
    elif random.random() < 0.3:
        value = 10 ** random.randrange(1, bits * 3 // 10) + random.randrange(-1, 2)
    return max(least, min(value, 2**bits - 1))


def signed(bits):
    return random.choice((1, -1)) * any_size(bits)


def half_even(x):
    return round(x)


def half_up(x):
    return math.floor(abs(x) + Fraction(1, 2)) * (1 if x >= 0 else -1)


def floor(x):
    return math.floor(x)


def ceiling(x):
    return math.ceil(x)


MODES = (half_even, half_up, floor, ceiling)


def in_range(value):
    return value if I128_MIN <= value <= I128_MAX else "-"


def ask_muldiv(group, a, b, d):
    for mode in MODES:
        asking.ask(group, f"muldiv {mode.__name__} {a} {b} {d}", in_range(mode(Fraction(a * b, d))))


for _ in range(CASES):
    ask_muldiv("muldiv of any size", signed(127), signed(63), any_size(127, 1))
    ask_muldiv("muldiv in one word", signed(30), signed(30), any_size(30, 1))
    # A tie: the product of odd factors with half the divisor.
    b, half = any_size(20, 1) | 1, any_size(30, 1)
    odd = 2 * any_size(40) + 1
    ask_muldiv("muldiv at ties", odd * half * random.choice((1, -1)), b, 2 * half)
    # A quotient next to the edge of the range.
    d, b = any_size(100, 1), any_size(63, 1)
    edge = random.choice((I128_MAX, I128_MAX + 1, I128_MIN, I128_MIN - 1)) * d // b + random.randrange(-1, 2)
    if I128_MIN <= edge <= I128_MAX:
        ask_muldiv("muldiv at the edge of the range", edge, b, d)
    # Divisors of more than 64 bits whose quotient estimate is too large.
    d = (random.getrandbits(62) | 2**62) * 2**64 + random.choice((2**64 - 1, 0, random.getrandbits(64)))
    q = random.choice((2**62, 2**63 - 1, random.getrandbits(62)))
    b = any_size(63, 1)
    a = min(I128_MAX, (q * d + random.choice((-1, 0, d - 1))) // b)
    ask_muldiv("muldiv with long divisors", a, b, d)
    a, b = signed(127), signed(63)
    asking.ask("128 by 64 bits", f"mul {a} {b}", in_range(a * b))

for value in (I64_MAX, I64_MIN):
    for a in (I128_MAX, I128_MIN, 1, -1, 0):
        for d in (1, 2, I64_MAX, 2**64 - 1, 2**64, 2**64 + 1, I128_MAX):
            ask_muldiv("muldiv of extremes", a, value, d)


def hare(amount, unit, weights):
    total = sum(weights)
    exact = [Fraction(amount * w, total * unit) for w in weights]
    parts = [math.floor(x) * unit for x in exact]
    order = sorted(range(len(weights)), key=lambda i: (math.floor(exact[i]) - exact[i], i))
    for i in order:
        given = min(unit, amount - sum(parts))
        parts[i] += given
    return parts


for _ in range(CASES):
    count = random.randrange(1, random.choice((5, 9, 65)))
    style = random.random()
    if style < 0.4:
        weights = [random.randrange(0, 10001) for _ in range(count)]
    elif style < 0.7:
        weights = [random.choice((0, 1, 1, 2, 5)) for _ in range(count)]
    else:
        weights = [any_size(56) for _ in range(count)]
    total = sum(weights)
    if total == 0 or total > I64_MAX:
        continue
    amount, unit = any_size(127), random.choice((1, 1, 10, 10000, any_size(63, 1)))
    if random.random() < 0.5:
        amount -= amount % unit
    words = " ".join(map(str, weights))
    asking.ask("split", f"split {amount} {unit} {total} {words}", " ".join(map(str, hare(amount, unit, weights))))
    asking.ask("split with a wrong total", f"split {amount} {unit} {total + 1} {words}", "-")

for _ in range(CASES):
    scale, value = random.randrange(39), signed(127)
    digits = str(abs(value)).rjust(scale + 1, "0")
    text = ("-" if value < 0 else "") + (f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits)
    asking.ask("decimal text", f"print {scale} {value}", text)
    asking.ask("decimal text read", f"decimal {scale} {text}", value)
    longer = text + random.choice("0123456789")
    if scale:
        asking.ask("one decimal too many", f"decimal {scale} {longer}", "malformed")
    else:
        large = int(longer)
        ok = I128_MIN <= large <= I128_MAX
        first = digits != "0"
        asking.ask("one digit more", f"decimal {scale} {longer}",
                   (large if ok else "overflow") if first else "malformed")

asking.run()
