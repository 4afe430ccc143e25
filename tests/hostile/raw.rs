//! Sends any bytes as a request, and re-signs an envelope after tampering, as a hostile member would.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests may fail loudly")]

use prost::Message;
use prost::bytes::{Buf, BufMut, Bytes};
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::Channel;
use tonic::{Request, Status};
use wiez_proto::envelope::{Object, Parts};
use wiez_proto::id::Hash;
use wiez_proto::wire::v1;
use wiez_tests::member::Member;

/// Bytes as they are.
#[derive(Default)]
struct Plain;

impl Codec for Plain {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Plain {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        into.put(item);
        Ok(())
    }
}

impl Decoder for Plain {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}

/// Calls a method with exactly these bytes as its one request; gives the first answer's bytes.
/// A server tells a stream of one item from a single call by nothing, so this serves both.
pub(crate) async fn call(channel: Channel, method: &str, request: Vec<u8>) -> Result<Bytes, Status> {
    let mut grpc = Grpc::new(channel).max_encoding_message_size(usize::MAX);
    grpc.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
    let path = format!("/{method}").parse().expect("a path");
    let items = tokio_stream::iter([Bytes::from(request)]);
    let answers = grpc.streaming(Request::new(items), path, Plain).await?;
    answers.into_inner().message().await.map(Option::unwrap_or_default)
}

/// Signs an envelope again over the parts that it has now.
pub(crate) fn resign(by: &Member, envelope: v1::Envelope) -> v1::Envelope {
    let sha = |bytes: &[u8]| Hash::new(wiez_proto::envelope::sha256(&[bytes]));
    let parts = Parts {
        header: envelope.header.clone(),
        wrap_hash: sha(&envelope.wrap),
        ciphertext_hash: sha(&envelope.ciphertext),
        blob_root: Hash::parse(&envelope.blob_root).unwrap_or(Hash::ZERO),
        signature: Bytes::new(),
    };
    let signature = by.signing.sign(Object::Envelope, by.bound(), parts.envelope_hash().bytes());
    v1::Envelope { signature: signature.to_vec().into(), ..envelope }
}

/// The envelope with a changed header, signed again.
pub(crate) fn with_header(by: &Member, envelope: &v1::Envelope, change: impl FnOnce(&mut v1::Header)) -> v1::Envelope {
    let mut header = v1::Header::decode(envelope.header.clone()).unwrap();
    change(&mut header);
    resign(by, v1::Envelope { header: header.encode_to_vec().into(), ..envelope.clone() })
}
