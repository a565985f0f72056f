//! Erlang B, C and A against published tables and sums of fifty digits.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use routing_sim::queueing::{
    Queue, ServiceLevelDefinition, Steady, Target, Traffic, WantedServiceLevel, agents_needed,
    blocking_probability,
};

/// Half a unit of the last of `digits`, relatively.
#[track_caller]
fn to_digits(got: f64, wanted: f64, digits: i32) {
    let allowed = if digits == 0 { 1e-9 } else { 5.0 * 10_f64.powi(-digits) };
    assert!((got / wanted - 1.0).abs() <= allowed, "{got} where {wanted} is right");
}

fn stable(traffic: Traffic, agents: u32, patience: Option<f64>) -> Queue {
    match Queue::steady(traffic, agents, patience).unwrap() {
        Steady::Stable(queue) => queue,
        Steady::Unstable { .. } => panic!("{traffic:?} with {agents} is stable"),
    }
}

#[test]
fn erlang_b_is_as_in_the_tables() {
    let table = [
        (1, 1.0, 0.5),
        (2, 1.0, 0.2),
        (5, 3.0, 0.110_054_347_826),
        (10, 5.0, 0.018_384_570_336_6),
        (10, 4.4612, 0.010_000_289_644_4),
        (20, 12.0306, 0.009_999_901_860_51),
        (100, 84.064, 0.009_999_682_902_65),
        (30, 25.0, 0.052_603_172_228_1),
        (200, 180.0, 0.010_324_995_205),
        (1000, 950.0, 0.003_649_293_688_94),
        (1000, 1000.0, 0.024_811_917_646_2),
        (10_000, 10_000.0, 0.007_936_563_248_81),
        (20_000, 18_000.0, 7.754_358_07e-50),
    ];
    for (agents, offered, wanted) in table {
        to_digits(blocking_probability(offered, agents).unwrap(), wanted, 9);
    }
}

/// Calls in a period, the period, handling, agents, the time of the service level; then the probability of waiting, the service
/// level, the mean wait and the mean queue length, with how many digits the last has.
type PatientCase = (f64, f64, f64, u32, f64, [f64; 4], i32);

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn erlang_c_is_as_in_the_tables() {
    let table: [PatientCase; 11] = [
        (
            100.,
            1800.,
            240.,
            20,
            20.,
            [0.062_319_606_847_4, 0.964_243_912_392, 2.243_505_846_51, 0.124_639_213_695],
            12,
        ),
        (
            100.,
            1800.,
            300.,
            20,
            20.,
            [0.338_124_767_926, 0.729_250_851_469, 30.431_229_113_4, 1.690_623_839_63],
            12,
        ),
        (
            360.,
            1800.,
            240.,
            55,
            15.,
            [0.238_700_936_378, 0.845_883_092_171, 8.184_032_104_39, 1.636_806_420_88],
            12,
        ),
        (
            100.,
            1800.,
            180.,
            14,
            20.,
            [0.174_131_933_595, 0.888_350_019_179, 7.835_937_011_78, 0.435_329_833_988],
            12,
        ),
        (
            45.,
            3600.,
            240.,
            4,
            20.,
            [0.509_433_962_264, 0.531_298_128_396, 122.264_150_943, 1.528_301_886_79],
            12,
        ),
        (
            45.,
            3600.,
            240.,
            5,
            20.,
            [0.236_151_603_499, 0.800_101_983_335, 28.338_192_419_8, 0.354_227_405_248],
            12,
        ),
        (
            45.,
            3600.,
            240.,
            6,
            20.,
            [0.099_143_206_854_3, 0.922_787_192_866, 7.931_456_548_35, 0.099_143_206_854_3],
            12,
        ),
        (
            45.,
            3600.,
            240.,
            10,
            20.,
            [0.001_157_295_326_21, 0.999_354_188_534, 0.039_678_696_898_6, 4.959_837_11e-4],
            9,
        ),
        (
            48.,
            60.,
            60.,
            50,
            20.,
            [0.694_455_611_197, 0.643_454_600_803, 20.833_668_335_9, 16.666_934_668_7],
            12,
        ),
        (
            1000.,
            3600.,
            300.,
            90,
            20.,
            [0.367_289_485_232, 0.764_501_185_193, 16.528_026_835_4, 4.591_118_565_4],
            11,
        ),
        (
            6000.,
            3600.,
            300.,
            510,
            20.,
            [0.550_210_712_762, 0.717_512_400_993, 16.506_321_382_9, 27.510_535_638_1],
            12,
        ),
    ];
    for (calls, period, handling, agents, within, [wait, level, mean, length], digits) in table {
        let queue = stable(Traffic::per_period(calls, period, handling).unwrap(), agents, None);
        to_digits(queue.probability_wait(), wait, 11);
        to_digits(queue.service_level(within).unwrap().of_offered, level, 12);
        to_digits(queue.mean_wait_seconds(), mean, 11);
        to_digits(queue.mean_queue_length(), length, digits);
        to_digits(queue.mean_queue_length(), calls / period * queue.mean_wait_seconds(), 14);
    }
}

#[test]
fn erlang_c_is_as_others_printed_it() {
    // Printed by other tools, with the digits that those gave.
    let queue = stable(Traffic::per_period(100., 1800., 240.).unwrap(), 20, None);
    to_digits(queue.mean_wait_seconds(), 2.243_505_841, 8);
    let queue = stable(Traffic::per_period(100., 1800., 300.).unwrap(), 20, None);
    to_digits(queue.mean_wait_seconds(), 30.431_228_6, 7);
    let queue = stable(Traffic::per_period(35., 900., 752.).unwrap(), 37, None);
    to_digits(queue.service_level(20.).unwrap().of_offered, 0.904_216_338_742, 12);
    let queue = stable(Traffic::per_period(48., 60., 60.).unwrap(), 50, None);
    assert!((queue.wait_quantile_seconds(0.9).unwrap() - 58.1).abs() < 0.05);
}

/// Arrivals a second, handling, patience, agents; then the probability of waiting, abandonment, the mean wait and the mean queue
/// length.
type ImpatientCase = (f64, f64, f64, f64, u32, [f64; 4], i32);

const EIGHTEENTH: (f64, f64) = (1.0, 18.0);

#[test]
fn erlang_a_is_as_in_the_tables() {
    let (one, in_18) = EIGHTEENTH;
    let table: [ImpatientCase; 9] = [
        (
            0.8,
            1.,
            60.,
            120.,
            50,
            [0.467_774_068_554, 0.030_912_249_162_2, 3.709_469_899_46, 2.967_575_919_57],
            12,
        ),
        (
            one,
            in_18,
            240.,
            180.,
            14,
            [0.435_419_149_728, 0.093_448_948_950_2, 16.820_810_811, 0.934_489_489_502],
            11,
        ),
        (one, in_18, 240., 180., 12, [0.639_972_459_607, 0.172_004_447_7, 30.960_800_586, 1.720_044_477], 10),
        (
            1.,
            1.,
            60.,
            60.,
            60,
            [0.517_169_272_629, 0.051_431_744_990_3, 3.085_904_699_42, 3.085_904_699_42],
            12,
        ),
        (
            0.0125,
            1.,
            240.,
            120.,
            3,
            [0.510_881_366_902, 0.258_945_158_699, 31.073_419_043_9, 0.388_417_738_049],
            12,
        ),
        (
            0.0125,
            1.,
            240.,
            120.,
            4,
            [0.313_805_548_684, 0.132_926_998_971, 15.951_239_876_5, 0.199_390_498_456],
            12,
        ),
        (
            100.,
            1.,
            1.,
            1.,
            100,
            [0.513_298_798_279, 0.039_860_996_809_1, 0.039_860_996_8, 3.986_099_680_91],
            9,
        ),
        (
            100.,
            1.,
            1.,
            2.,
            100,
            [0.596_703_138_02, 0.033_030_152_528_3, 0.066_060_305_056_6, 6.606_030_505_66],
            11,
        ),
        (1000., 1., 1., 2., 50, [1.0, 0.95, 1.9, 1900.], 12),
    ];
    for (calls, period, handling, patience, agents, [wait, abandoned, mean, length], digits) in table {
        let queue = stable(Traffic::per_period(calls, period, handling).unwrap(), agents, Some(patience));
        to_digits(queue.probability_wait(), wait, 11);
        to_digits(queue.abandonment(), abandoned, 10);
        to_digits(queue.mean_wait_seconds(), mean, digits);
        to_digits(queue.mean_queue_length(), length, 10);
    }
}

#[test]
fn erlang_a_has_three_service_levels() {
    let (one, in_18) = EIGHTEENTH;
    let table = [
        (0.8, 1., 60., 120., 50, [0.943_018_954_747, 0.972_029_602_987, 0.973_099_653_702], 3.615_900_239_55),
        (
            one,
            in_18,
            240.,
            180.,
            14,
            [0.680_279_435_994, 0.708_155_512_765, 0.750_403_890_885],
            15.132_171_008_1,
        ),
        (
            0.0125,
            1.,
            240.,
            120.,
            4,
            [0.738_408_898_197, 0.772_294_090_928, 0.851_610_991_601],
            11.097_779_373_4,
        ),
    ];
    for (calls, period, handling, patience, agents, [first, second, third], answered) in table {
        let queue = stable(Traffic::per_period(calls, period, handling).unwrap(), agents, Some(patience));
        let level = queue.service_level(20.).unwrap();
        to_digits(level.of_offered, first, 12);
        to_digits(level.of_offered_less_left_in_time, second, 12);
        to_digits(level.of_answered, third, 12);
        to_digits(queue.mean_wait_of_answered_seconds(), answered, 12);
    }
    let queue = stable(Traffic::per_period(0.8, 1., 60.).unwrap(), 50, Some(120.));
    to_digits(queue.occupancy(), 0.930_324_240_804, 12);
    to_digits(queue.wait_quantile_seconds(0.9).unwrap(), 12.444_648, 8);
}

#[test]
fn as_many_agents_as_the_load_or_fewer_are_unstable_without_patience() {
    let traffic = Traffic::per_hour(45., 240.).unwrap();
    for agents in 0..=3 {
        assert_eq!(Queue::steady(traffic, agents, None).unwrap(), Steady::Unstable { agents_to_settle: 4 });
    }
    assert!(matches!(Queue::steady(traffic, 4, None).unwrap(), Steady::Stable(_)));
    assert_eq!(Queue::steady(traffic, 0, Some(60.)).unwrap(), Steady::Unstable { agents_to_settle: 1 });
    assert!(matches!(Queue::steady(traffic, 1, Some(60.)).unwrap(), Steady::Stable(_)));
}

fn level(share: f64, within_seconds: f64) -> Target {
    let definition = ServiceLevelDefinition::Offered;
    Target {
        service_level: Some(WantedServiceLevel { share, within_seconds, definition }),
        ..Target::default()
    }
}

#[test]
fn the_agents_for_a_target_are_as_in_the_tables() {
    let needed = |calls, period, handling, target: &Target| {
        agents_needed(Traffic::per_period(calls, period, handling).unwrap(), None, target).unwrap()
    };
    assert_eq!(needed(100., 1800., 180., &level(0.8, 20.)).agents, 14);
    let found = needed(100., 1800., 240., &level(0.8, 20.));
    assert_eq!(found.agents, 17);
    to_digits(found.figures.service_level.unwrap().of_offered, 0.810_435_136_4, 10);
    assert_eq!(needed(360., 1800., 240., &level(0.8, 15.)).agents, 55);
    let found = needed(45., 3600., 240., &Target { shrinkage: 0.3, ..level(0.8, 20.) });
    assert_eq!((found.agents, found.scheduled), (5, 8));
    assert_eq!(needed(25., 900., 752., &level(0.9, 20.)).agents, 28);
    let busy = Target { max_occupancy: Some(0.9), ..level(0.8, 20.) };
    assert_eq!(needed(2000., 1800., 300., &busy).agents, 371);
    let found = needed(20_000., 1800., 300., &level(0.8, 20.));
    assert_eq!(found.agents, 3352);
    to_digits(found.figures.service_level.unwrap().of_offered, 0.811_910_851_2, 10);
}
