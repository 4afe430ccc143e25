//! Decides which institutions stand on which page of a printed consent, so that every page can say which of how many
//! it is. A browser cannot be asked where it will break a page; lines are estimated, rather too many than too few.

/// Lines of one A4 page between its margins, at 10 points.
const PAGE: usize = 62;
/// Lines of what stands above the table on the first page: number, square code, person, what is to be known.
const FIRST: usize = 18;
/// Lines above the table on any other page.
const OTHER: usize = 8;
/// Lines of the table's head and of the foot of every page.
const FRAME: usize = 4;
/// Lines of places to sign, on the last page.
const SIGN: usize = 7;
/// Most institutions of one page, so that the table stays a table that somebody reads at a desk.
const MOST: usize = 4;
/// Letters of a line in each column: who, what for, which information.
const WIDTHS: [usize; 3] = [17, 17, 49];
/// Letters of a line that a word which does not fit any more leaves empty, on average.
const RAGGED: usize = 4;

/// Texts of one row, as long as they are printed.
pub(super) struct Measured<'a> {
    pub(super) who: &'a str,
    pub(super) purposes: &'a str,
    pub(super) give: &'a str,
    pub(super) receive: &'a str,
    /// Each has its own line and its own ticks.
    pub(super) special: Vec<&'a str>,
}

fn lines(text: &str, width: usize) -> usize {
    text.chars().count().saturating_add(RAGGED).div_ceil(width).max(1)
}

/// Lines that a row takes.
pub(super) fn height(row: &Measured<'_>) -> usize {
    let [who, purposes, what] = WIDTHS;
    let main = lines(row.give, what) + lines(row.receive, what);
    let special: usize = row.special.iter().map(|text| lines(text, what + who)).sum();
    // Borders and the space inside them add up to a line here and there.
    main.max(lines(row.who, who)).max(lines(row.purposes, purposes)) + special + row.special.len() * 2 / 5 + 1
}

/// How many rows stand on each page; the places to sign stand on the last. `above` lines more stand on the first page,
/// where a second language does.
pub(super) fn pages(heights: &[usize], above: usize) -> Vec<usize> {
    let whole = PAGE - FRAME;
    let (mut pages, mut rows, mut left) = (vec![], 0, whole.saturating_sub(FIRST + above));
    for height in heights {
        // A first page without a table leaves the whole next one to an institution that needs it.
        let first = pages.is_empty() && *height <= whole - OTHER;
        if rows == MOST || (*height > left && (rows > 0 || first)) {
            pages.push(rows);
            (rows, left) = (0, whole - OTHER);
        }
        rows += 1;
        left = left.saturating_sub(*height);
    }
    if left < SIGN && rows > 1 {
        // The last institution goes to the page on which the person signs.
        pages.push(rows - 1);
        rows = 1;
    } else if left < SIGN {
        pages.push(rows);
        rows = 0;
    }
    pages.push(rows);
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual() -> usize {
        height(&Measured {
            who: "Szkoła Podstawowa nr 3 w Brzegu",
            purposes: "udzielenie pomocy, realizacja usługi",
            give: "Przekażemy: imię i nazwisko, wiek lub data urodzenia, telefon, e-mail, inny kontakt, sytuacja rodzinna",
            receive: "Otrzymamy: szkoła i klasa, wyniki, frekwencja, zachowanie w szkole, zadania, terminy, usługi",
            special: vec!["Przekażemy: niepełnosprawność, orzeczenie", "Przekażemy: stan zdrowia somatycznego"],
        })
    }

    #[test]
    fn four_institutions_take_one_page_and_six_take_two() {
        for count in 1..=4 {
            assert_eq!(pages(&vec![usual(); count], 0), [count]);
        }
        for count in 5..=8 {
            let made = pages(&vec![usual(); count], 0);
            assert_eq!((made.len(), made.iter().sum::<usize>()), (2, count), "{made:?}");
        }
    }

    #[test]
    fn every_row_stands_on_one_page_and_there_is_room_to_sign() {
        for height in 1..70 {
            for count in 1..=12 {
                let made = pages(&vec![height; count], 5);
                assert_eq!(made.iter().sum::<usize>(), count, "{height} {made:?}");
                let full = made.split_last().is_some_and(|(_, rest)| rest.iter().skip(1).all(|rows| *rows > 0));
                assert!(full, "{height} {count} {made:?}");
            }
        }
    }
}
