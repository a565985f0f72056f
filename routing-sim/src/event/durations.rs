//! How long things take: service, patience, wrap-up.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::error::SimError;
use super::quantile::normal;

/// A distribution of durations, in seconds.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Durations {
    /// Always the same.
    Fixed(f64),
    /// Exponential, as the formulas of Erlang have it.
    Exponential {
        /// The mean.
        mean: f64,
    },
    /// The logarithm is normal: what the times of real calls look like.
    LogNormal {
        /// The mean.
        mean: f64,
        /// The standard deviation as a multiple of the mean.
        cv: f64,
    },
    /// Weibull: with a shape below 1 the impatient leave early and who stayed stays on.
    Weibull {
        /// The mean.
        mean: f64,
        /// The shape; 1 is exponential.
        shape: f64,
    },
    /// One of these, each as likely as any other: durations of the past.
    Empirical(Vec<f64>),
}

/// A distribution made ready for drawing by inversion: the greater the number drawn, the longer.
#[derive(Clone, Debug)]
pub(crate) enum Sampler {
    Fixed(f64),
    Exponential(f64),
    LogNormal { mu: f64, sigma: f64 },
    Weibull { scale: f64, power: f64 },
    Empirical(Arc<[f64]>),
}

impl Durations {
    /// The mean, in seconds; 0 of no data.
    #[expect(clippy::cast_precision_loss, reason = "a mean")]
    pub fn mean(&self) -> f64 {
        match self {
            Self::Fixed(mean)
            | Self::Exponential { mean }
            | Self::LogNormal { mean, .. }
            | Self::Weibull { mean, .. } => *mean,
            Self::Empirical(data) if data.is_empty() => 0.0,
            Self::Empirical(data) => data.iter().sum::<f64>() / data.len() as f64,
        }
    }

    /// # Errors
    ///
    /// [`SimError::Durations`] where a parameter is not finite, is negative, or has to be above 0 and is not.
    pub(crate) fn sampler(&self) -> Result<Sampler, SimError> {
        let wrong = |why| Err(SimError::Durations { why });
        let duration = |value: f64| value.is_finite() && value >= 0.0;
        if !duration(self.mean()) {
            return wrong("a mean is finite and not negative");
        }
        Ok(match self {
            Self::Fixed(value) => Sampler::Fixed(*value),
            Self::Exponential { mean } => Sampler::Exponential(*mean),
            Self::LogNormal { mean, cv } if duration(*cv) => {
                if *mean == 0.0 || *cv == 0.0 {
                    return Ok(Sampler::Fixed(*mean));
                }
                let variance = libm::log1p(cv * cv);
                Sampler::LogNormal { mu: libm::log(*mean) - variance / 2.0, sigma: libm::sqrt(variance) }
            }
            Self::LogNormal { .. } => return wrong("a coefficient of variation is finite and not negative"),
            // Below 0.05 the mean is that of a few durations longer than any day.
            Self::Weibull { mean, shape } if (0.05..=1e6).contains(shape) => {
                Sampler::Weibull { scale: mean / libm::tgamma(1.0 + 1.0 / shape), power: 1.0 / shape }
            }
            Self::Weibull { .. } => {
                return wrong("the shape of a Weibull distribution is from 0.05 to 1,000,000");
            }
            Self::Empirical(data) if data.is_empty() => return wrong("there is no duration to draw from"),
            Self::Empirical(data) if data.iter().all(|value| duration(*value)) => {
                let mut sorted = data.clone();
                sorted.sort_by(f64::total_cmp);
                Sampler::Empirical(sorted.into())
            }
            Self::Empirical(_) => return wrong("a duration is finite and not negative"),
        })
    }
}

impl Sampler {
    /// The duration, in seconds, that a number above 0 and below 1 stands for.
    #[inline]
    pub(crate) fn at(&self, u: f64) -> f64 {
        match self {
            Self::Fixed(value) => *value,
            // `1.0 - u` is exact: `u` has 52 bits after the point.
            Self::Exponential(mean) => -mean * libm::log(1.0 - u),
            Self::LogNormal { mu, sigma } => libm::exp(mu + sigma * normal(u)),
            Self::Weibull { scale, power } => scale * libm::pow(-libm::log(1.0 - u), *power),
            Self::Empirical(sorted) => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    clippy::cast_precision_loss,
                    reason = "from 0 to the number of them"
                )]
                let at = (u * sorted.len() as f64) as usize;
                sorted.get(at).or(sorted.last()).copied().unwrap_or(0.0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean_and_cv(durations: &Durations) -> (f64, f64) {
        let sampler = durations.sampler().unwrap();
        let parts = 200_000;
        let values: Vec<f64> =
            (0..parts).map(|part| sampler.at((f64::from(part) + 0.5) / f64::from(parts))).collect();
        let mean = values.iter().sum::<f64>() / f64::from(parts);
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / f64::from(parts);
        (mean, variance.sqrt() / mean)
    }

    #[test]
    fn each_has_the_mean_and_spread_that_it_was_given() {
        for (durations, cv) in [
            (Durations::Exponential { mean: 240.0 }, 1.0),
            (Durations::LogNormal { mean: 240.0, cv: 0.7 }, 0.7),
            (Durations::Weibull { mean: 240.0, shape: 1.0 }, 1.0),
            (Durations::Weibull { mean: 240.0, shape: 2.0 }, 0.522_723),
            (Durations::Empirical(vec![120.0, 360.0]), 0.5),
            (Durations::Fixed(240.0), 0.0),
        ] {
            let (mean, spread) = mean_and_cv(&durations);
            assert!((mean / 240.0 - 1.0).abs() < 1e-3, "{durations:?} {mean}");
            assert!((spread - cv).abs() < 5e-3, "{durations:?} {spread}");
        }
    }

    #[test]
    fn what_is_no_distribution_is_refused() {
        for durations in [
            Durations::Fixed(-1.0),
            Durations::Exponential { mean: f64::NAN },
            Durations::LogNormal { mean: 1.0, cv: f64::INFINITY },
            Durations::Weibull { mean: 1.0, shape: 0.0 },
            Durations::Empirical(vec![]),
            Durations::Empirical(vec![1.0, f64::NAN]),
            Durations::Empirical(vec![1.0, -2.0, 4.0]),
        ] {
            assert!(durations.sampler().is_err(), "{durations:?}");
        }
    }
}
