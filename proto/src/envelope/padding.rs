//! Sizes that hide lengths: four buckets, then Padmé.

use super::keys::Unverifiable;

const BUCKETS: [u64; 4] = [4 << 10, 16 << 10, 64 << 10, 256 << 10];
const LENGTH: usize = 4;

/// The padded size for content of `len` bytes, its own 4-byte length included.
///
/// Above 256 KiB it is Padmé (Nikitin et al., PETS 2019): at most 12 % more, and no more
/// than O(log log) bits of the length are told.
#[must_use]
pub fn padded_size(len: u64) -> u64 {
    let needed = len.saturating_add(LENGTH as u64);
    BUCKETS.iter().copied().find(|bucket| needed <= *bucket).unwrap_or_else(|| padme(needed))
}

/// Whether a size is one that [`padded_size`] gives.
#[must_use]
pub fn is_bucket(size: u64) -> bool {
    BUCKETS.contains(&size) || (size > (256 << 10) && padme(size) == size)
}

fn padme(len: u64) -> u64 {
    let exponent = u64::from(len.max(2).ilog2());
    let bits = u64::from(exponent.max(1).ilog2()) + 1;
    let mask = (1_u64 << exponent.saturating_sub(bits)).wrapping_sub(1);
    len.saturating_add(mask) & !mask
}

/// Length, content, zeros.
pub(super) fn pad(content: &[u8]) -> Vec<u8> {
    let size = padded_size(content.len() as u64);
    let mut out = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 16);
    out.extend_from_slice(&u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(content);
    out.resize(usize::try_from(size).unwrap_or(0), 0);
    out
}

/// The content of a padded text whose every padding byte is zero and whose size is the smallest that fits.
pub(super) fn unpad(padded: &[u8]) -> Result<&[u8], Unverifiable> {
    let (length, rest) = padded.split_first_chunk::<LENGTH>().ok_or(Unverifiable)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Unverifiable)?;
    let (content, zeros) = rest.split_at_checked(length).ok_or(Unverifiable)?;
    let exact = padded_size(content.len() as u64) == padded.len() as u64;
    if exact && zeros.iter().all(|byte| *byte == 0) { Ok(content) } else { Err(Unverifiable) }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]
    use super::*;

    #[test]
    fn sizes_are_the_smallest_bucket_then_padme() {
        for (len, size) in [(0, 4096), (4092, 4096), (4093, 16384), (262_140, 262_144), (262_141, 270_336)] {
            assert_eq!(padded_size(len), size, "{len}");
            assert!(is_bucket(size));
        }
        for len in (262_144..20_000_000).step_by(77_777) {
            let size = padded_size(len);
            assert!(is_bucket(size) && size >= len + 4 && size * 100 <= (len + 4) * 112);
        }
        for bad in [0, 1, 4095, 4097, 8192, 262_145] {
            assert!(!is_bucket(bad), "{bad}");
        }
    }

    #[test]
    fn padding_must_be_zero_and_minimal() {
        let good = pad(b"abc");
        assert_eq!(unpad(&good).unwrap(), b"abc");
        let mut dirty = good.clone();
        *dirty.last_mut().unwrap() = 1;
        let mut long = good.clone();
        long[..4].copy_from_slice(&u32::MAX.to_be_bytes());
        let mut loose = good.clone();
        loose.resize(16384, 0);
        for bad in [&dirty[..], &long, &loose, &good[..3], &[]] {
            assert!(unpad(bad).is_err());
        }
    }
}
