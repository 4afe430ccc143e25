//! The one table of sizes, counts and durations that hub and node keep to.
//!
//! Nothing else in the program spells such a number. `config show` prints [`TABLE`].

/// One row of the table, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Name of the constant.
    pub name: &'static str,
    /// Its value.
    pub value: u64,
    /// What it counts.
    pub unit: &'static str,
    /// Why it is there.
    pub why: &'static str,
}

/// Declares the constants and the table together, so that none can be missing.
macro_rules! limits {
    ($($name:ident: $type:ty = $value:expr, $unit:literal, $why:literal;)+) => {
        $(#[doc = concat!($why, " Unit: ", $unit, ".")] pub const $name: $type = $value;)+

        /// Every limit, in the order of the source.
        pub const TABLE: &[Limit] = &[
            $(Limit { name: stringify!($name), value: $name as u64, unit: $unit, why: $why }),+
        ];
    };
}

limits! {
    MAX_PADDED_BYTES: usize = 256 * 1024, "bytes", "Padded plaintext of one envelope; text only, attachments come separately.";
    MAX_WIRE_BYTES: usize = 2 * 1024 * 1024, "bytes", "One gRPC message; decoding stops above it.";
    MAX_HEADER_BYTES: usize = 1024, "bytes", "Routing header of an envelope.";
    MAX_HEADER_LIST_BYTES: u32 = 16 * 1024, "bytes", "HTTP/2 header list of one request.";
    MAX_UNANSWERED_PER_CHANNEL: usize = 16, "envelopes", "Deposits of one channel that may wait for their answer.";
    RECEIPT_MAX_HASHES: usize = 64, "hashes", "Envelopes confirmed by one signed receipt.";
    TTL_DEFAULT_MS: i64 = 30 * DAY_MS, "ms", "Time to live of an envelope unless the policy row says less.";
    TTL_MAX_MS: i64 = 60 * DAY_MS, "ms", "Longest time to live; a hub keeps nothing longer.";
    DELEGATION_MAX_MS: i64 = 61 * DAY_MS, "ms", "Longest validity of an institution's word for a worker's key.";
    TTL_MIN_MS: i64 = 60_000, "ms", "Shortest time to live; less could not be delivered.";
    CLOCK_SKEW_MS: i64 = 600_000, "ms", "How far into the future a signed time may lie.";
    CREATED_MAX_AGE_MS: i64 = 40 * DAY_MS, "ms", "Oldest sealing time accepted at deposit; covers a long outage.";
    FRESHNESS_MS: i64 = DAY_MS, "ms", "Oldest signed log head on which consent-based content is opened for the first time.";
    COSIGN_INTERVAL_MS: u64 = 60_000, "ms", "How often the hub signs the time over the log head, also when idle.";
    LEAF_POLL_MS: u64 = 10_000, "ms", "Shortest pause between two mirrorings of log leaves by a node.";
    RECEIPT_RETENTION_MS: i64 = 30 * DAY_MS, "ms", "How long receipts and statuses stay at the hub after expiry.";
    HANDSHAKE_TIMEOUT_MS: u64 = 8_000, "ms", "TLS handshake; slower peers are dropped.";
    PREAUTH_CONNECTIONS: usize = 256, "connections", "Handshakes in progress, all addresses together.";
    PREAUTH_CONNECTIONS_PER_SOURCE: usize = 16, "connections", "Handshakes in progress from one address.";
    CONNECTIONS_PER_INSTITUTION: usize = 8, "connections", "Open connections of one authenticated institution.";
    MAX_CONCURRENT_STREAMS: u32 = 64, "streams", "HTTP/2 streams of one connection.";
    KEEPALIVE_INTERVAL_MS: u64 = 20_000, "ms", "HTTP/2 ping on an idle connection, both sides.";
    KEEPALIVE_TIMEOUT_MS: u64 = 10_000, "ms", "No answer to a ping for this long ends the connection.";
    REQUEST_TIMEOUT_MS: u64 = 30_000, "ms", "One unary call.";
    SHUTDOWN_GRACE_MS: u64 = 10_000, "ms", "How long a stopping process waits for calls in progress.";
    BATCH_MAX_ITEMS: usize = 256, "items", "One commit of the hub's writer.";
    BATCH_MAX_BYTES: usize = 4 * 1024 * 1024, "bytes", "Envelope bytes in one commit of the hub's writer.";
    WRITER_QUEUE: usize = 4096, "items", "Work waiting for the hub's writer; above it deposits are refused with a retry time.";
    COLLECT_MAX_OUTSTANDING: usize = 256, "envelopes", "Handed out on one stream and not yet acknowledged.";
    COLLECT_MAX_OUTSTANDING_BYTES: usize = 2 * 1024 * 1024, "bytes", "Handed out on one stream and not yet acknowledged.";
    CONSENT_PADDING: usize = 8, "leaves", "Edge and withdrawal leaves of a batch are filled up to a multiple of this.";
    LEAVES_PER_PAGE: usize = 1000, "leaves", "One page of log leaves.";
    DIRECTORY_PER_PAGE: usize = 500, "entries", "One page of the directory.";
    QUOTA_DEPOSITS_PER_MIN: u32 = 20_000, "calls per minute", "Deposits of one institution; configurable.";
    QUOTA_HANDLE_FREE_PER_MIN: u32 = 6_000, "calls per minute", "Deposits without a consent handle of one institution, all such classes together; also counted as deposits; configurable.";
    QUOTA_CONTROL_PER_MIN: u32 = 2_000, "calls per minute", "Withdrawals, notices and acknowledgements of one institution, never shared with deposits.";
    QUOTA_EDGES_PER_MIN: u32 = 500, "calls per minute", "Consent edges registered by one institution.";
    QUOTA_REDEEM_PER_MIN: u32 = 20, "calls per minute", "Invitations tried from one source address.";
    DISK_RESERVE_BYTES: u64 = 64 * 1024 * 1024, "bytes", "Free space kept for withdrawals and acknowledgements; deposits stop below it.";
    DISK_WARN_BYTES: u64 = 512 * 1024 * 1024, "bytes", "Free space below which the administrator is told, long before anything stops.";
    QUEUE_WARN_MS: i64 = 3_600_000, "ms", "How long something waits without a connection before whoever runs the node is told of it.";
    NOTICE_CALL_MS: i64 = DAY_MS, "ms", "How long a notice of a withdrawal is unconfirmed before the pages say to telephone.";
    CERT_WARN_MS: i64 = 30 * DAY_MS, "ms", "How long before the end of a certificate the administrator is told.";
    UNDO_ACCEPT_MS: i64 = DAY_MS, "ms", "How long an acceptance can be taken back.";
    ANSWER_DAYS_MS: i64 = 90 * DAY_MS, "ms", "Answers of this long are the usual time of an institution.";
    ANSWER_CASES_MIN: usize = 5, "cases", "Fewest answers of which a usual time is told; fewer would tell of single cases.";
    INVITE_LIFE_MS: i64 = 7 * DAY_MS, "ms", "An unused invitation.";
    MAX_NAME_CHARS: usize = 200, "characters", "Names of institutions and persons at them.";
    MAX_PAYLOAD_BYTES: usize = 192 * 1024, "bytes", "Readable content of one message; leaves room for grant and checkpoint in the seal.";
    MAX_SECTION_BYTES: usize = 16 * 1024, "bytes", "One section of text in a message.";
    MAX_SECTIONS: usize = 64, "sections", "Sections, answers or questions of one message.";
    MAX_LABEL_CHARS: usize = 120, "characters", "Heading of a section and the sender's own case number.";
    MAX_DETAIL_CHARS: usize = 80, "characters", "One detail of a refusal, as far as it may repeat what somebody sent.";
    QUARANTINE_PER_SENDER: usize = 1000, "envelopes", "Quarantined content of one sender at a node.";
    CONSENT_MAX_DAYS: i64 = 366, "days", "Longest validity of a consent.";
    STATUTORY_PER_WORKER_DAY: u32 = 20, "messages in 24 h", "Statutory and vital messages of one worker; above it a duty is flagged and the rest waits for a second person.";
    REVIEW_WITHIN_MS: i64 = DAY_MS, "ms", "By when a second person has looked at a flagged message.";
    OVERRIDE_CHARS: usize = 20, "characters", "Shortest reason for naming a reporter.";
    JUSTIFICATION_CHARS: usize = 30, "characters", "Shortest justification of a vital interest.";
    MAX_STATEMENT_CHARS: usize = 500, "characters", "Longest justification or reason of an override.";
    MAX_PERSONS: usize = 16, "persons", "Persons named in one form of the Blue Card procedure.";
    SESSION_IDLE_MS: i64 = 10 * 60_000, "ms", "A session locks after this long without a request.";
    SESSION_WARN_MS: i64 = 2 * 60_000, "ms", "How long before it locks a page warns.";
    SESSION_LIFE_MS: i64 = 12 * 3_600_000, "ms", "A session ends after this long, locked or not.";
    SESSIONS_PER_ACCOUNT: usize = 8, "sessions", "Open sessions of one worker; the one unused for longest ends.";
    SESSIONS_MAX: usize = 1000, "sessions", "Open sessions of one node; the one unused for longest ends.";
    LOGIN_TRIES: u32 = 5, "tries", "Passwords tried at one account before each next try has to wait.";
    LOGIN_TRIES_PER_SOURCE: u32 = 20, "tries", "Passwords tried from one address before each next try has to wait.";
    LOGIN_DELAY_MS: i64 = 30_000, "ms", "The first wait between tries; it doubles.";
    LOGIN_DELAY_MAX_MS: i64 = 15 * 60_000, "ms", "The longest wait between tries.";
    LOGIN_FORGET_MS: i64 = 3_600_000, "ms", "Tries are forgotten this long after the wait is over.";
    LOGIN_ENTRIES: usize = 4096, "entries", "Accounts, and addresses, whose tries are remembered.";
    FACTOR_TICKET_MS: i64 = 5 * 60_000, "ms", "Time between the right password and the second factor.";
    FACTOR_TICKET_TRIES: u32 = 5, "tries", "Second factors tried after one right password.";
    FACTOR_TICKETS: usize = 256, "tickets", "Logins that wait for their second factor.";
    FACTOR_SHEET_CODES: usize = 20, "codes", "One-time codes on one printed sheet.";
    PASSWORD_MIN_CHARS: usize = 12, "characters", "Shortest password of a worker.";
    PASSWORD_MAX_BYTES: usize = 1024, "bytes", "Longest password of a worker.";
    PASSWORD_KIB: u32 = 64 * 1024, "KiB", "Memory that Argon2id uses for a worker's password.";
    PASSWORD_PASSES: u32 = 3, "passes", "Passes of Argon2id over that memory.";
    PASSWORD_PARALLEL: usize = 2, "derivations", "Passwords derived at one time; further ones wait.";
    MAX_LOGIN_CHARS: usize = 40, "characters", "Longest login of a worker.";
}

/// A day of 24 hours in milliseconds.
const DAY_MS: i64 = 24 * 3600 * 1000;

// A padded envelope with its seal and header fits a wire message with room to spare.
const _: () = assert!(MAX_PADDED_BYTES + MAX_HEADER_BYTES + 4096 < MAX_WIRE_BYTES / 2);
const _: () = assert!(TTL_MIN_MS < TTL_DEFAULT_MS && TTL_DEFAULT_MS <= TTL_MAX_MS);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_public_constant_is_in_the_table() {
        // The source is the list to compare with: a constant declared outside the macro would be missing.
        let source = include_str!("limits.rs");
        let production = source.split("#[cfg(test)]").next().unwrap_or_default();
        let outside = production.lines().filter(|l| l.starts_with("pub const ") && !l.contains("TABLE")).count();
        assert_eq!(outside, 0, "declare limits inside limits!");
        assert!(TABLE.len() > 40);
        let names: std::collections::BTreeSet<_> = TABLE.iter().map(|l| l.name).collect();
        assert_eq!(names.len(), TABLE.len());
        for limit in TABLE {
            assert!(limit.value > 0 && limit.why.ends_with('.') && !limit.unit.is_empty(), "{}", limit.name);
        }
    }
}
