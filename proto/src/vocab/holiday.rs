//! Public holidays of Poland, named as in the statute on days free from work.

codes! {
    /// A day free from work by art. 1 of the Act of 18 January 1951 on days free from work, Sundays that are no feast apart.
    /// On which day each falls is told by [`crate::calendar::holiday`].
    Holiday {
        NewYear "NEW_YEAR" "Nowy Rok" "New Year's Day" "Новий рік";
        Epiphany "EPIPHANY" "Święto Trzech Króli" "Epiphany" "Богоявлення (Свято трьох королів)";
        EasterSunday "EASTER_SUNDAY" "Pierwszy dzień Wielkiej Nocy" "Easter Sunday" "Перший день Великодня";
        EasterMonday "EASTER_MONDAY" "Drugi dzień Wielkiej Nocy" "Easter Monday" "Другий день Великодня";
        May1 "MAY_1" "Święto Państwowe 1 Maja" "State Holiday of 1 May" "Державне свято 1 травня";
        May3 "MAY_3" "Święto Narodowe Trzeciego Maja" "National Day of 3 May" "Національне свято Третього травня";
        Pentecost "PENTECOST" "Pierwszy dzień Zielonych Świątek" "Pentecost" "Зелені свята (Трійця)";
        CorpusChristi "CORPUS_CHRISTI" "Dzień Bożego Ciała" "Corpus Christi" "Свято Божого Тіла";
        Assumption "ASSUMPTION" "Wniebowzięcie Najświętszej Maryi Panny" "Assumption of Mary" "Внебовзяття Пресвятої Діви Марії";
        AllSaints "ALL_SAINTS" "Wszystkich Świętych" "All Saints' Day" "День усіх святих";
        Independence "INDEPENDENCE" "Narodowe Święto Niepodległości" "National Independence Day" "Національне свято незалежності";
        ChristmasEve "CHRISTMAS_EVE" "Wigilia Bożego Narodzenia" "Christmas Eve" "Святвечір";
        ChristmasDay "CHRISTMAS_DAY" "Pierwszy dzień Bożego Narodzenia" "Christmas Day" "Перший день Різдва";
        SecondChristmasDay "CHRISTMAS_DAY_2" "Drugi dzień Bożego Narodzenia" "Second Day of Christmas" "Другий день Різдва";
    }
}
