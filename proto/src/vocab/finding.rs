//! What the linter can find in a text that may hold no personal data.

codes! {
    /// A kind of personal data found in a text.
    Finding {
        Pesel "PESEL" "numer PESEL" "PESEL number" "номер PESEL";
        Phone "PHONE" "numer telefonu" "telephone number" "номер телефону";
        Email "EMAIL" "adres e-mail osoby" "a person's e-mail address" "електронна адреса особи";
        Address "ADDRESS" "ulica z numerem domu" "street with a house number" "вулиця з номером будинку";
        BirthDate "BIRTH_DATE" "data urodzenia" "date of birth" "дата народження";
        ClassInitials "CLASS_INITIALS" "imię lub inicjały z klasą" "name or initials with a class" "ім’я або ініціали з класом";
        Surname "SURNAME" "nazwisko z otwartej sprawy" "surname of an open case" "прізвище з відкритої справи";
    }
}
