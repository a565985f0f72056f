//! Who arrives when, in one order for all versions of the rules.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::durations::{Durations, Sampler};
use super::error::{MAX_INTERVALS, SimError, at_most};
use super::philox::{Draws, Purpose};
use super::scenario::{Arrival, Arrivals, Scenario, Stream};

/// A stream, checked and ready to draw from.
#[derive(Debug)]
pub(crate) struct StreamPlan<'a> {
    /// How many are expected before closing.
    pub(crate) expected: usize,
    times: Times<'a>,
    service: Sampler,
    patience: Option<Sampler>,
    wrap_up: Option<Sampler>,
}

#[derive(Debug)]
enum Times<'a> {
    /// Interactions a second, interval by interval.
    Rates {
        interval: f64,
        per_second: Vec<f64>,
        kinds: Vec<u32>,
    },
    Given(&'a [Arrival]),
}

impl<'a> StreamPlan<'a> {
    /// # Errors
    ///
    /// Where the stream's numbers are out of range, out of order or too many, or name no kind.
    pub(crate) fn new(at: usize, stream: &'a Stream, scenario: &Scenario) -> Result<Self, SimError> {
        let count = scenario.kinds.len();
        let known = |index: usize| {
            let unknown = SimError::Unknown { holder: "stream", at, what: "kind", index, count };
            if index < count { u32::try_from(index).map_err(|_| unknown) } else { Err(unknown) }
        };
        let (expected, times) = match &stream.arrivals {
            Arrivals::Rates { interval_s, per_hour, kinds } => {
                let kinds: Vec<u32> = kinds.iter().map(|kind| known(*kind)).collect::<Result<_, _>>()?;
                if kinds.is_empty() {
                    return Err(SimError::Unknown { holder: "stream", at, what: "kind", index: 0, count: 0 });
                }
                rates(*interval_s, per_hour, kinds, scenario.close_s)?
            }
            Arrivals::Given(given) => {
                let mut before = 0.0;
                for (index, arrival) in given.iter().enumerate() {
                    known(arrival.kind)?;
                    if !(arrival.at_s >= before && arrival.at_s.is_finite()) {
                        return Err(SimError::Order { what: "the arrival of interaction", at: index });
                    }
                    before = arrival.at_s;
                    for value in [arrival.service_s, arrival.patience_s].into_iter().flatten() {
                        if !(value.is_finite() && value >= 0.0) {
                            let (what, allowed) =
                                ("a duration of an interaction", "is finite and not negative");
                            return Err(SimError::Range { what, allowed, value });
                        }
                    }
                }
                (given.len(), Times::Given(given))
            }
        };
        Ok(Self {
            expected,
            times,
            service: stream.service.sampler()?,
            patience: stream.patience.as_ref().map(Durations::sampler).transpose()?,
            wrap_up: stream.wrap_up.as_ref().map(Durations::sampler).transpose()?,
        })
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate"
)]
fn rates(
    interval: f64,
    per_hour: &[f64],
    kinds: Vec<u32>,
    close: f64,
) -> Result<(usize, Times<'static>), SimError> {
    at_most("intervals of a stream", per_hour.len(), MAX_INTERVALS)?;
    if !(interval > 0.0 && interval.is_finite()) {
        return Err(SimError::Range {
            what: "the interval of a stream",
            allowed: "is above 0 s",
            value: interval,
        });
    }
    let mut expected = 0.0;
    for (at, rate) in per_hour.iter().enumerate() {
        if !(rate.is_finite() && *rate >= 0.0) {
            return Err(SimError::Range {
                what: "a rate",
                allowed: "is finite and not negative",
                value: *rate,
            });
        }
        expected += rate / 3600.0 * (close - at as f64 * interval).clamp(0.0, interval);
    }
    let per_second = per_hour.iter().map(|rate| rate / 3600.0).collect();
    Ok((expected as usize, Times::Rates { interval, per_second, kinds }))
}

/// An interaction that has arrived, with all that is its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller {
    pub(crate) stream: u32,
    /// Its number in its stream.
    pub(crate) id: u32,
    pub(crate) kind: u32,
    pub(crate) at: f64,
    /// How long it takes, with the wrap-up.
    pub(crate) work: f64,
    /// The number that their patience follows from; most never need it.
    patience: f64,
}

/// The arrivals of one replication, in order: by time, then by stream.
pub(crate) struct ArrivalStreams<'a> {
    plans: &'a [StreamPlan<'a>],
    draws: Draws,
    heads: Vec<Head>,
    /// The time of each stream's next arrival; times are not negative, so that their bits have their order.
    next: BinaryHeap<Reverse<(u64, u32)>>,
}

#[derive(Clone, Copy, Default, Debug)]
struct Head {
    /// The number of the next arrival.
    id: u32,
    /// When it comes.
    at: f64,
    /// The interval that it comes in.
    interval: usize,
    /// The second number drawn with it: its kind.
    kind: f64,
}

impl<'a> ArrivalStreams<'a> {
    pub(crate) fn new(plans: &'a [StreamPlan<'a>], draws: Draws) -> Self {
        let mut streams =
            Self { plans, draws, heads: vec![Head::default(); plans.len()], next: BinaryHeap::new() };
        for stream in 0..plans.len() {
            streams.find_next(u32::try_from(stream).unwrap_or(u32::MAX), None);
        }
        streams
    }

    /// When the next one arrives.
    #[inline]
    pub(crate) fn next_time(&self) -> Option<f64> {
        self.next.peek().map(|Reverse((time, _))| f64::from_bits(*time))
    }

    /// The next one.
    #[inline]
    pub(crate) fn take(&mut self) -> Option<Caller> {
        let Reverse((_, stream)) = self.next.pop()?;
        let head = *self.heads.get(stream as usize)?;
        let caller = self.caller(stream, head);
        self.find_next(stream, Some(head.id));
        caller
    }

    #[inline]
    fn caller(&self, stream: u32, head: Head) -> Option<Caller> {
        let plan = self.plans.get(stream as usize)?;
        let (kind, given) = match &plan.times {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "from 0 to the number of them"
            )]
            Times::Rates { kinds, .. } => {
                let at = (head.kind * kinds.len() as f64) as usize;
                (kinds.get(at).or(kinds.last()).copied()?, None)
            }
            Times::Given(given) => {
                let arrival = given.get(head.id as usize)?;
                (u32::try_from(arrival.kind).ok()?, Some(arrival))
            }
        };
        let (service, patience) = self.draws.pair(stream, head.id, Purpose::Service);
        let service = given.and_then(|one| one.service_s).unwrap_or_else(|| plan.service.at(service));
        let wrap_up = plan
            .wrap_up
            .as_ref()
            .map_or(0.0, |sampler| sampler.at(self.draws.pair(stream, head.id, Purpose::WrapUp).0));
        Some(Caller { stream, id: head.id, kind, at: head.at, work: service + wrap_up, patience })
    }

    /// How long a caller waits before they give up.
    pub(crate) fn patience(&self, caller: &Caller) -> f64 {
        let Some(plan) = self.plans.get(caller.stream as usize) else { return f64::INFINITY };
        let given = match &plan.times {
            Times::Given(given) => given.get(caller.id as usize).and_then(|one| one.patience_s),
            Times::Rates { .. } => None,
        };
        let drawn = || plan.patience.as_ref().map_or(f64::INFINITY, |sampler| sampler.at(caller.patience));
        given.unwrap_or_else(drawn)
    }

    /// Finds the arrival after number `last` of a stream, or its first.
    fn find_next(&mut self, stream: u32, last: Option<u32>) {
        let (Some(plan), Some(head)) = (self.plans.get(stream as usize), self.heads.get_mut(stream as usize))
        else {
            return;
        };
        let Some(id) = last.map_or(Some(0), |last| last.checked_add(1)) else { return };
        head.id = id;
        match &plan.times {
            Times::Given(given) => {
                let Some(arrival) = given.get(id as usize) else { return };
                head.at = arrival.at_s;
            }
            Times::Rates { interval, per_second, .. } => {
                let (gap, kind) = self.draws.pair(stream, id, Purpose::Arrival);
                head.kind = kind;
                // The expected number of arrivals until the next is exponential: it is used up at each interval's rate.
                let mut left = -libm::log(1.0 - gap);
                loop {
                    let Some(rate) = per_second.get(head.interval) else { return };
                    #[expect(clippy::cast_precision_loss, reason = "at most the limit of intervals")]
                    let end = (head.interval + 1) as f64 * interval;
                    let capacity = (end - head.at) * rate;
                    if left < capacity {
                        head.at += left / rate;
                        break;
                    }
                    left -= capacity;
                    head.at = end;
                    head.interval += 1;
                }
            }
        }
        self.next.push(Reverse((head.at.to_bits(), stream)));
    }
}
