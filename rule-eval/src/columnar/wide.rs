//! Loops compiled twice: for every processor, and for those with vectors of 256 bits.

/// Runs a loop, compiled for the vectors that this processor has.
///
/// The loop and all that it calls must be `#[inline(always)]`: a function that stays one is compiled for every processor.
#[inline]
pub(super) fn wide<R>(run: impl FnOnce() -> R) -> R {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    if let Some(avx2) = fearless_simd::Level::new().as_avx2() {
        return fearless_simd::Simd::vectorize(avx2, run);
    }
    run()
}
