//! Figures: percentiles, one line for people, one JSON object for programs.

use serde::Serialize;

/// Half and the slowest hundredth of some waiting times, in milliseconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Latency {
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

impl Latency {
    /// Of waiting times in microseconds.
    pub(crate) fn of(mut times: Vec<u64>) -> Self {
        times.sort_unstable();
        let at = |share: usize| {
            let index = (times.len() * share / 100).min(times.len().saturating_sub(1));
            times.get(index).map_or(f64::NAN, |us| millis(*us))
        };
        Self { p50_ms: at(50), p99_ms: at(99) }
    }
}

fn millis(us: u64) -> f64 {
    number(us) / 1000.0
}

/// A count as a number with a fraction; counts here are far below 2^53.
#[expect(clippy::cast_precision_loss, reason = "counts here are far below 2^53")]
pub(crate) fn number(count: u64) -> f64 {
    count as f64
}

/// One run of messages.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Run {
    /// What was measured.
    pub(crate) name: String,
    /// Pairs of sender and recipient.
    pub(crate) pairs: usize,
    /// Messages, all of them delivered and acknowledged.
    pub(crate) messages: u64,
    /// Messages a second, over the middle four fifths of the deliveries.
    pub(crate) per_second: f64,
    /// From sending to the answer "accepted".
    pub(crate) accept: Latency,
    /// From sending to the recipient's stream.
    pub(crate) delivery: Latency,
    /// Seconds of the hub's CPU for 1,000 messages.
    pub(crate) hub_cpu_s_per_1000: f64,
    /// Seconds of the clients' CPU for 1,000 messages.
    pub(crate) client_cpu_s_per_1000: f64,
    /// Resident memory of the hub after the run, in MiB.
    pub(crate) hub_resident_mib: f64,
}

/// What the machine can do at most.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Floor {
    /// What was done.
    pub(crate) name: String,
    /// How often a second.
    pub(crate) per_second: f64,
}

/// Memory of nodes that do nothing.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Idle {
    /// Connected and collecting.
    pub(crate) nodes: usize,
    /// Resident memory of the hub for each connection, KiB.
    pub(crate) kib_per_connection: f64,
    /// Resident memory of the hub for each member in its directory, KiB.
    pub(crate) kib_per_member: f64,
    /// The hub's CPU while nothing happens, in hundredths of one core.
    pub(crate) idle_cpu_percent: f64,
    /// Connections opened a second, with handshake and stream.
    pub(crate) connected_per_second: f64,
}

/// One decision of the gate.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Decision {
    /// Which question, about what.
    pub(crate) name: String,
    /// How often it was asked.
    pub(crate) count: usize,
    /// Half of the answers took less, microseconds.
    pub(crate) median_us: f64,
    /// All but the slowest hundredth took less, microseconds.
    pub(crate) p99_us: f64,
    /// Median beside that of the same question about a referral under a consent.
    pub(crate) of_spine: f64,
}

/// How long somebody waits for a page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PageTime {
    /// Which page.
    pub(crate) name: String,
    /// Cases in the database.
    pub(crate) cases: usize,
    /// How often it was asked for.
    pub(crate) count: usize,
    /// The longest page, bytes of HTML.
    pub(crate) bytes: usize,
    /// Half of the answers took less, milliseconds.
    pub(crate) p50_ms: f64,
    /// All but the slowest twentieth took less, milliseconds.
    pub(crate) p95_ms: f64,
    /// The slowest, milliseconds.
    pub(crate) max_ms: f64,
}

impl PageTime {
    /// Of waiting times in microseconds.
    pub(crate) fn of(name: &str, cases: usize, bytes: usize, mut times: Vec<u64>) -> Self {
        times.sort_unstable();
        let count = times.len();
        let at = |share: usize| {
            times.get((count * share / 100).min(count.saturating_sub(1))).map_or(f64::NAN, |us| millis(*us))
        };
        Self { name: name.to_owned(), cases, count, bytes, p50_ms: at(50), p95_ms: at(95), max_ms: at(100) }
    }
}

/// Everything.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Report {
    pub(crate) machine: String,
    pub(crate) commit: String,
    pub(crate) quick: bool,
    pub(crate) runs: Vec<Run>,
    pub(crate) floors: Vec<Floor>,
    pub(crate) idle: Option<Idle>,
    /// Consents at the node whose gate was asked.
    pub(crate) grants: usize,
    pub(crate) gate: Vec<Decision>,
    pub(crate) pages: Vec<PageTime>,
}

const RUNS: &str = "\
| run | pairs | messages | messages/s | accept p50/p99 ms | delivery p50/p99 ms | hub CPU s/1000 | client CPU s/1000 | hub MiB |
|---|--:|--:|--:|--:|--:|--:|--:|--:|
";

impl Report {
    /// The report as a table in Markdown.
    pub(crate) fn table(&self) -> String {
        let mut out = format!("Machine: {}. Commit: {}.\n\n", self.machine, self.commit);
        if !self.runs.is_empty() {
            out.push_str(RUNS);
        }
        for run in &self.runs {
            out.push_str(&format!(
                "| {} | {} | {} | {:.0} | {:.2} / {:.2} | {:.2} / {:.2} | {:.3} | {:.3} | {:.1} |\n",
                run.name,
                run.pairs,
                run.messages,
                run.per_second,
                run.accept.p50_ms,
                run.accept.p99_ms,
                run.delivery.p50_ms,
                run.delivery.p99_ms,
                run.hub_cpu_s_per_1000,
                run.client_cpu_s_per_1000,
                run.hub_resident_mib,
            ));
        }
        if !self.floors.is_empty() {
            let heads: String = self.runs.iter().filter(|run| run.full_load()).map(Run::head).collect();
            let lines: String = self.runs.iter().filter(|run| run.full_load()).map(|_| "--:|").collect();
            out.push_str(&format!("\n| the machine at most | a second |{heads}\n|---|--:|{lines}\n"));
            for floor in &self.floors {
                let ratio = |run: &Run| format!(" {:.3} |", run.per_second / floor.per_second);
                let ratios: String = self.runs.iter().filter(|run| run.full_load()).map(ratio).collect();
                out.push_str(&format!("| {} | {:.0} |{ratios}\n", floor.name, floor.per_second));
            }
        }
        if let Some(idle) = &self.idle {
            out.push_str(&format!(
                "\n{} idle nodes: {:.1} KiB a connection, {:.1} KiB a member of the directory, {:.1} % of a core, {:.0} connected a second.\n",
                idle.nodes, idle.kib_per_connection, idle.kib_per_member, idle.idle_cpu_percent, idle.connected_per_second,
            ));
        }
        out.push_str(&self.decisions());
        out.push_str(&self.waits());
        out
    }
}

impl Report {
    fn waits(&self) -> String {
        let mut out = String::new();
        if !self.pages.is_empty() {
            out.push_str(
                "\n| page | cases | asked | bytes | p50 ms | p95 ms | slowest ms |\n|---|--:|--:|--:|--:|--:|--:|\n",
            );
        }
        for PageTime { name, cases, count, bytes, p50_ms, p95_ms, max_ms } in &self.pages {
            out.push_str(&format!(
                "| {name} | {cases} | {count} | {bytes} | {p50_ms:.1} | {p95_ms:.1} | {max_ms:.1} |\n"
            ));
        }
        out
    }

    fn decisions(&self) -> String {
        let mut out = String::new();
        if !self.gate.is_empty() {
            out.push_str(&format!(
                "\n| the gate, {} consents | asked | median µs | p99 µs | of the spine |\n|---|--:|--:|--:|--:|\n",
                self.grants
            ));
        }
        for Decision { name, count, median_us, p99_us, of_spine } in &self.gate {
            out.push_str(&format!("| {name} | {count} | {median_us:.1} | {p99_us:.1} | {of_spine:.2} |\n"));
        }
        out
    }
}

impl Run {
    fn full_load(&self) -> bool {
        !self.name.contains("200/s")
    }

    fn head(&self) -> String {
        format!(" ratio of {} × {} |", self.name, self.pairs)
    }
}
