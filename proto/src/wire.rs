//! Generated messages and the strict way from their bytes to values.

use prost::Message;

use crate::refusal::{Reason, Refusal};

/// Messages, clients and servers generated from `wiez/v1/*.proto`.
#[expect(
    unused_qualifications,
    clippy::all,
    clippy::allow_attributes,
    reason = "generated from the commented .proto files"
)]
pub mod v1 {
    tonic::include_proto!("wiez.v1");

    // Readable content; without `Debug`, so that it cannot be printed by accident.
    #[cfg(feature = "payload")]
    include!(concat!(env!("OUT_DIR"), "/payload/wiez.v1.rs"));
}

impl std::fmt::Debug for v1::Statement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Statement")
    }
}

/// Descriptors of every `.proto` file, for tests that walk over all calls.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

/// Decodes canonical bytes: exactly what [`Message::encode_to_vec`] would write.
///
/// Unknown fields, non-minimal varints, fields out of order, defaults written out and
/// trailing bytes all make the re-encoding differ and are refused.
///
/// # Errors
/// [`Reason::Malformed`]; the text never repeats the input.
pub fn strict<M: Message + Default>(bytes: &[u8]) -> Result<M, Refusal> {
    let message = M::decode(bytes).map_err(|_| Refusal::new(Reason::Malformed))?;
    if message.encoded_len() == bytes.len() && message.encode_to_vec() == bytes {
        Ok(message)
    } else {
        Err(Refusal::new(Reason::Malformed))
    }
}

/// Refuses a request that leaves out a part, naming the field as in the `.proto` file.
///
/// # Errors
/// [`Reason::FieldMissing`].
pub fn required<T>(field: &str, value: Option<T>) -> Result<T, Refusal> {
    value.ok_or_else(|| Refusal::new(Reason::FieldMissing).with("field", field))
}

/// The refusal for a field whose value is out of its range or form.
#[must_use]
pub fn invalid(field: &str) -> Refusal {
    Refusal::new(Reason::FieldInvalid).with("field", field)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may fail loudly")]
    use super::*;

    fn sample() -> v1::Edge {
        v1::Edge {
            handle: vec![7; 16].into(),
            from: "ops-brzeg".into(),
            to: "sp3-brzeg".into(),
            categories: vec!["ID_NAME".into()],
            explicit_categories: vec![],
            purposes: vec!["P_SERVICE".into()],
        }
    }

    #[test]
    fn canonical_bytes_pass_and_every_other_form_is_refused() {
        let good = sample().encode_to_vec();
        assert_eq!(strict::<v1::Edge>(&good).unwrap(), sample());

        let mut unknown_field = good.clone();
        unknown_field.extend([0x98, 0x06, 0x01]);
        let mut trailing = good.clone();
        trailing.push(0);
        // Field 2 (from) moved before field 1 (handle).
        let mut swapped = good[18..29].to_vec();
        swapped.extend(&good[..18]);
        swapped.extend(&good[29..]);
        // The length of field 1 as a two-byte varint.
        let mut long_varint = vec![good[0], 0x90, 0x00];
        long_varint.extend(&good[2..]);
        for bad in [unknown_field, trailing, swapped, long_varint, good[..5].to_vec()] {
            assert_eq!(strict::<v1::Edge>(&bad).unwrap_err().reason, Reason::Malformed);
        }
    }
}
