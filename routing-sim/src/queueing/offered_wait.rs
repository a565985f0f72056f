//! How long one would have to wait who never leaves, in a queue that others leave.

use super::quadrature::integrate;

/// What is left out at the sides: e⁻⁵⁰ of the peak.
const DROP: f64 = 50.0;

/// The shape of the density of the offered wait, for waits above 0: `exp((λ/θ)(1 − e^(−θx)) − Nμx)`, scaled to 1 at its peak. So
/// written it neither overflows nor cancels, whatever the load.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct OfferedWait {
    /// One over the mean patience, a second.
    leaving: f64,
    /// What all agents get done, a second.
    capacity: f64,
    /// The wait that is likeliest.
    peak: f64,
    /// What falls off beside the peak: the smaller of arrivals and capacity, over `leaving`.
    curve: f64,
    /// Capacity beyond the arrivals.
    slope: f64,
}

impl OfferedWait {
    /// Of arrivals, capacity and leaving, each a second.
    pub(super) fn new(arrivals: f64, capacity: f64, leaving: f64) -> Self {
        Self {
            leaving,
            capacity,
            peak: ((arrivals / capacity).ln() / leaving).max(0.0),
            curve: arrivals.min(capacity) / leaving,
            slope: (capacity - arrivals).max(0.0),
        }
    }

    /// The integral of the shape times a weight, from one wait to another, which may be infinite.
    pub(super) fn integral(&self, from: f64, to: f64, weight: impl Fn(f64) -> f64) -> f64 {
        let top = self.peak.clamp(from, to);
        let base = self.fall(top);
        let function = |x: f64| weight(x) * (base - self.fall(x)).exp();
        let left = self.side(top, base, -1.0, top - from);
        let right = self.side(top, base, 1.0, to - top);
        (integrate(top - left, top, function) + integrate(top, top + right, function)) * (-base).exp()
    }

    /// How far below the peak the logarithm of the shape is.
    fn fall(&self, wait: f64) -> f64 {
        let beyond = wait - self.peak;
        self.curve * bend(self.leaving * beyond) + self.slope * beyond
    }

    /// How far to one side the shape matters, at most `limit`.
    fn side(&self, top: f64, base: f64, sign: f64, limit: f64) -> f64 {
        let gone = |far: f64| self.fall(top + sign * far) - base >= DROP;
        let mut far = 1.0 / self.capacity;
        while far < limit && !gone(far) {
            far *= 2.0;
        }
        // Some steps of bisection: the fewer points lie where nothing is, the more digits come out.
        let mut near = far / 2.0;
        for _ in 0..8 {
            let middle = f64::midpoint(near, far);
            if gone(middle) { far = middle } else { near = middle }
        }
        far.min(limit)
    }
}

/// `e^(−z) − 1 + z`, to all digits also near 0.
fn bend(z: f64) -> f64 {
    if z.abs() > 0.5 {
        return (-z).exp_m1() + z;
    }
    let (mut term, mut sum) = (-z, 0.0);
    for n in 2..20 {
        term *= -z / f64::from(n);
        sum += term;
    }
    sum
}
