//! Quantiles of the normal and of Student's distribution. With functions of `libm`, not of the system, so that a seed
//! gives the same digits everywhere.

/// The value below which a standard normal variable stays with probability `p`, above 0 and below 1, to some 15 digits:
/// Wichura, "Algorithm AS 241: the percentage points of the normal distribution", 1988.
pub(crate) fn normal(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * ratio(r, &CENTRE.0, &CENTRE.1);
    }
    let r = libm::sqrt(-libm::log(if q < 0.0 { p } else { 1.0 - p }));
    let value =
        if r <= 5.0 { ratio(r - 1.6, &MIDDLE.0, &MIDDLE.1) } else { ratio(r - 5.0, &TAIL.0, &TAIL.1) };
    if q < 0.0 { -value } else { value }
}

/// How many standard errors to each side hold the true mean with probability `level`, above 0 and below 1, where the
/// error was estimated with `freedom` degrees of freedom, of which there must be at least one.
pub(crate) fn student(level: f64, freedom: u32) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while student_within(high, freedom) < level && high < 1e12 {
        high *= 2.0;
    }
    // Every step halves the interval: 200 are more than a float has digits.
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if student_within(middle, freedom) < level {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// The probability that Student's variable lies between `-t` and `t`: the finite sums for whole degrees of freedom
/// (Abramowitz and Stegun 26.7.3, 26.7.4).
fn student_within(t: f64, freedom: u32) -> f64 {
    let nu = f64::from(freedom);
    let (sin, cos_squared) = (t / libm::sqrt(nu + t * t), nu / (nu + t * t));
    let odd = freedom % 2 == 1;
    let (mut term, mut sum) = (1.0, if freedom == 1 { 0.0 } else { 1.0 });
    let mut k = if odd { 3 } else { 2 };
    while k + 1 < freedom {
        term *= cos_squared * f64::from(k - 1) / f64::from(k);
        sum += term;
        k += 2;
    }
    if odd {
        let angle = libm::atan(t / libm::sqrt(nu));
        std::f64::consts::FRAC_2_PI * (angle + sin * libm::sqrt(cos_squared) * sum)
    } else {
        sin * sum
    }
}

fn ratio(r: f64, above: &[f64; 8], below: &[f64; 8]) -> f64 {
    let polynomial = |terms: &[f64; 8]| terms.iter().rev().fold(0.0, |sum, term| sum * r + term);
    polynomial(above) / polynomial(below)
}

#[expect(clippy::excessive_precision, reason = "as published")]
const CENTRE: ([f64; 8], [f64; 8]) = (
    [
        3.387_132_872_796_366_608_0,
        1.331_416_678_917_843_774_5e2,
        1.971_590_950_306_551_442_7e3,
        1.373_169_376_550_946_112_5e4,
        4.592_195_393_154_987_145_7e4,
        6.726_577_092_700_870_085_3e4,
        3.343_057_558_358_812_810_5e4,
        2.509_080_928_730_122_672_7e3,
    ],
    [
        1.0,
        4.231_333_070_160_091_125_2e1,
        6.871_870_074_920_579_083_0e2,
        5.394_196_021_424_751_107_7e3,
        2.121_379_430_158_659_586_7e4,
        3.930_789_580_009_271_061_0e4,
        2.872_908_573_572_194_267_4e4,
        5.226_495_278_852_854_561_0e3,
    ],
);

#[expect(clippy::excessive_precision, reason = "as published")]
const MIDDLE: ([f64; 8], [f64; 8]) = (
    [
        1.423_437_110_749_683_577_34,
        4.630_337_846_156_545_295_90,
        5.769_497_221_460_691_405_50,
        3.647_848_324_763_204_605_04,
        1.270_458_252_452_368_382_58,
        2.417_807_251_774_506_117_70e-1,
        2.272_384_498_926_918_458_33e-2,
        7.745_450_142_783_414_076_40e-4,
    ],
    [
        1.0,
        2.053_191_626_637_758_821_87,
        1.676_384_830_183_803_849_40,
        6.897_673_349_851_000_045_50e-1,
        1.481_039_764_274_800_745_90e-1,
        1.519_866_656_361_645_719_66e-2,
        5.475_938_084_995_344_946_00e-4,
        1.050_750_071_644_416_843_24e-9,
    ],
);

#[expect(clippy::excessive_precision, reason = "as published")]
const TAIL: ([f64; 8], [f64; 8]) = (
    [
        6.657_904_643_501_103_777_20,
        5.463_784_911_164_114_369_90,
        1.784_826_539_917_291_335_80,
        2.965_605_718_285_048_912_30e-1,
        2.653_218_952_657_612_309_30e-2,
        1.242_660_947_388_078_438_60e-3,
        2.711_555_568_743_487_578_15e-5,
        2.010_334_399_292_288_132_65e-7,
    ],
    [
        1.0,
        5.998_322_065_558_879_376_90e-1,
        1.369_298_809_227_358_053_10e-1,
        1.487_536_129_085_061_485_25e-2,
        7.868_691_311_456_132_591_00e-4,
        1.846_318_317_510_054_681_80e-5,
        1.421_511_758_316_445_888_70e-7,
        2.044_263_103_389_939_785_64e-15,
    ],
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_quantile_inverts_the_distribution() {
        for p in [1e-300, 1e-20, 1e-9, 0.001, 0.025, 0.0749, 0.0751, 0.3, 0.5] {
            let back = 0.5 * libm::erfc(-normal(p) / std::f64::consts::SQRT_2);
            assert!((back / p - 1.0).abs() < 2e-12, "{p} {back}");
            if p > 1e-9 {
                assert!((normal(p) + normal(1.0 - p)).abs() < 1e-9, "{p}");
            }
        }
    }

    #[test]
    fn students_quantiles_are_those_of_the_tables() {
        for (level, freedom, expected) in [
            (0.95, 1, 12.7062),
            (0.95, 2, 4.3027),
            (0.95, 3, 3.1824),
            (0.95, 4, 2.7764),
            (0.95, 9, 2.2622),
            (0.95, 10, 2.2281),
            (0.99, 29, 2.7564),
            (0.90, 120, 1.6577),
            (0.95, 10_000, 1.9602),
        ] {
            assert!((student(level, freedom) - expected).abs() < 6e-5, "{level} {freedom}");
        }
    }
}
