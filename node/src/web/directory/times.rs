//! The usual time to answer of each institution, in words; never of fewer cases than hide the single one.

use std::collections::BTreeMap;

use wiez_proto::id::InstitutionId;
use wiez_proto::limits;
use wiez_proto::refusal::Refusal;

use crate::store;
use crate::text::Texts;
use crate::web::ask::Ask;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// The median of the last 90 days, as people say it, of every institution with enough cases that the worker sees; who
/// reads no case is told none.
///
/// # Errors
/// `INTERNAL`.
pub(in crate::web) async fn usual(ask: &Ask) -> Result<BTreeMap<InstitutionId, String>, Refusal> {
    let since_ms = ask.now_ms().saturating_sub(limits::ANSWER_DAYS_MS);
    let Ok(reader) = ask.worker() else { return Ok(BTreeMap::new()) };
    let mut view = ask.node().store().view_as("directory.times", &reader).await?;
    let times = store::casework::answer_times(&mut view, since_ms).await?;
    let told = |(id, took): (InstitutionId, Vec<i64>)| Some((id, words(ask.texts(), median(&took)?)));
    Ok(times.into_iter().filter_map(told).collect())
}

/// The middle one of ascending times, or half-way between two; none of too few.
fn median(took: &[i64]) -> Option<i64> {
    let last = took.len().checked_sub(1).filter(|_| took.len() >= limits::ANSWER_CASES_MIN)?;
    let (low, high) = (took.get(last / 2)?, took.get(took.len() / 2)?);
    Some(low.midpoint(*high))
}

fn words(t: &Texts, took_ms: i64) -> String {
    let whole = |unit: i64| usize::try_from(took_ms.max(1).saturating_add(unit - 1) / unit).unwrap_or(usize::MAX);
    if took_ms < DAY_MS { t.count("w-usual-hours", whole(HOUR_MS)) } else { t.count("w-usual-days", whole(DAY_MS)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wiez_proto::vocab::Lang;

    #[test]
    fn the_middle_is_told_in_hours_or_days_and_four_cases_tell_nothing() {
        assert_eq!(median(&[1, 2, 3, 4]), None);
        assert_eq!(median(&[1, 2, 3, 4, 100]), Some(3));
        assert_eq!(median(&[1, 2, 3, 5, 5, 6]), Some(4));
        let t = Texts::pages(Lang::Pl);
        assert_eq!(words(&t, 0), "1 godzina");
        assert_eq!(words(&t, 3 * HOUR_MS - 1), "3 godziny");
        assert_eq!(words(&t, DAY_MS), "1 dzień");
        assert_eq!(words(&t, DAY_MS + 1), "2 dni");
    }
}
