# Polski: what the pages say beside the sentences of the command line.

w-title-error = Błąd:
w-skip = Przejdź do treści
w-online = połączono
w-offline = brak połączenia z hubem
w-lock = Zablokuj
w-leave = Wyloguj
w-back = Wróć
w-code = kod
w-why = Dlaczego
w-unchanged = Bez zmian
w-kept-nobody = Nic nie dotarło do odbiorcy; wpisana treść jest zachowana w tym węźle.
w-kept-gate = Wiadomość opuściła ten węzeł; u odbiorcy nikomu jej nie pokazano. Wpisana treść jest zachowana tutaj.
w-kept-unknown = Nie wiadomo, czy wiadomość dotarła do odbiorcy; wpisana treść jest zachowana w tym węźle.
w-todo = Co zrobić
w-today = dziś, {$time}
w-never = jeszcze nigdy
w-refresh = Odśwież
w-as-of = (stan: {$at})
w-choose = – wybierz –
w-search = Szukaj
w-search-none = Nic nie pasuje do szukanych słów.
w-search-clear = Pokaż wszystko
w-pages = Strony listy
w-page-of = Strona {$page} z {$pages}.
w-before = ← Wcześniejsze
w-after = Następne →

w-nav-label = Główne
w-nav-inbox = Skrzynka
w-nav-apart = Sprawy osobne
w-nav-directory = Katalog
w-nav-status = Stan węzła

w-login-title = Logowanie
w-login = Nazwa użytkownika
w-password = Hasło
w-login-do = Zaloguj
w-login-hint = Nie pamiętasz hasła? Zgłoś się do administratora tej instytucji. Hasło można wkleić z menedżera haseł.
w-held = Wpisana treść jest zachowana i zostanie wysłana zaraz po podaniu hasła.
w-carried = Wpisana treść nie przepadła: po zalogowaniu wróci do formularza. Nic jeszcze nie wysłano.
w-second-title = Drugi składnik logowania
w-second-code = Kod
w-second-hint = Kolejny nieużyty kod z wydrukowanego arkusza albo sześć cyfr z aplikacji.
w-second-do = Dalej
w-lock-title = Sesja zablokowana
w-lock-why = Przez 10 minut nic się nie działo. Podaj hasło, aby wrócić do pracy w tym samym miejscu.
w-lock-who = Zalogowana osoba:
w-unlock = Odblokuj
w-lock-other = Zaloguj inną osobę
w-lock-open = Sesja jest otwarta w innym oknie tej przeglądarki.
w-lock-soon = Za 2 minuty sesja się zablokuje. Wpisana treść zostanie zachowana.
w-stay = Zostań zalogowany
w-password-title = Zmiana hasła
w-password-must = To hasło nadał ktoś inny. Ustaw własne, zanim zaczniesz pracę.
w-password-old = Obecne hasło
w-password-new = Nowe hasło
w-password-hint = Co najmniej 12 znaków; najlepiej kilka słów, których nikt nie zgadnie.
w-password-again = Nowe hasło jeszcze raz
w-password-do = Zmień hasło

w-inbox-title = Skrzynka
w-inbox-caption = Lista spraw.
w-inbox-u-nas = Czekają na nas
w-inbox-wszystkie = Wszystkie
w-inbox-wyslane = Wysłane
w-inbox-empty = Nie ma żadnych spraw. Ostatnie sprawdzenie: {$at}.
w-inbox-none-ours = Nie ma spraw wymagających działania. Ostatnie sprawdzenie: {$at}.
w-inbox-none-open = Nie ma otwartych spraw. Ostatnie sprawdzenie: {$at}.
w-inbox-none-sent = Nic stąd nie wysłano. Ostatnie sprawdzenie: {$at}.
w-inbox-none-over = Nie ma zakończonych spraw. Ostatnie sprawdzenie: {$at}.
w-apart-title = Sprawy osobne
w-apart-why = Te sprawy są oddzielone od pozostałych. Osoba, której dotyczą, nie może się o nich dowiedzieć.
w-search-cases = Szukaj: numer sprawy, nazwisko, numer własny, instytucja
w-col-number = Numer
w-col-what = Czego dotyczy
w-col-peer = Od kogo, do kogo
w-col-subject = Nr sprawy
w-col-state = Stan
w-col-due = Termin
w-from = od:
w-to = do:
w-state-new = nowe
w-due-tomorrow = jutro
w-due-past-today = minął {$time}

w-case-title = Sprawa {$number}
w-where = Gdzie jest
w-turn-ours = ruch po naszej stronie: {$due}
w-turn-theirs = ruch po drugiej stronie: {$due}
w-phone = Telefon
w-letter = Pismo formalne
w-working-copy = KOPIA ROBOCZA: pisma formalnego jeszcze nie wpisano.
w-about = Wynika ze sprawy
w-came = Nadeszło
w-went = Wysłane stąd
w-basis = Podstawa
w-owed = Do zrobienia i terminy
w-history = Oś czasu
w-back-case = Wróć do sprawy
w-accept = Przyjmij
w-actions = Inne czynności
w-answer-title = Odpowiedź w sprawie {$number}
w-begin = Rozpocznij pracę
w-undo = Cofnij przyjęcie
w-forward = Przekaż dalej
w-reply = Odpowiedz
w-question-do = Zadaj pytanie
w-question = Treść pytania
w-note-hint = Zobaczy to druga instytucja. Tylko to, co potrzebne, w granicach zgody.
w-note = Uwaga
w-note-other = Konieczna tylko przy „inny powód” (co najmniej 20 znaków). Zobaczy to druga instytucja.
w-decline = Odrzuć
w-reason = Powód
w-earliest-full = Najwcześniejszy termin – tylko przy „brak miejsc”
w-waitlist = Wpisz na listę oczekujących
w-earliest = Najwcześniejszy termin
w-finish = Zakończ
w-outcome = Wynik
w-cancel = Wycofaj
w-supplement = Uzupełnij
w-category = Rodzaj informacji
w-text = Treść
w-send = Wyślij
w-last = Ostatnio w tej sprawie:
w-nothing-to-do = W tym stanie sprawy nie ma tu nic do zrobienia.
w-fix-without = Wyślij bez: {$what}
w-fix-again = Wyślij ponownie to samo
w-fix-under = Wyślij pod zgodą {$number}
w-forward-title = Przekazanie sprawy {$number}
w-forward-to = Do kogo
w-forward-include = dołącz
w-forward-under = pod zgodą {$number}
w-forward-number = Numer tej osoby w tej instytucji
w-forward-number-hint = Pod tym numerem sprawa wyjdzie dalej. To nie numer nadawcy: u nas może go mieć inna rodzina.
w-forward-why = Nowe skierowanie wychodzi od tej instytucji, w zakresie zgody, która wymienia nowego odbiorcę. Nadawca od razu to zobaczy.
w-propose = Zaproponuj to nadawcy
w-propose-why = Nadawca może sam skierować osobę do tej instytucji i w razie potrzeby poprosić ją o zgodę.
w-propose-note = Proponowany odbiorca: {$name}
w-reply-title = Odpowiedź na sprawę {$number}
w-reply-anonymous = Bez danych osobowych: żadnych nazwisk, adresów ani numerów.
w-refuse = Odmów odpowiedzi
w-acknowledge = Potwierdź przyjęcie
w-what-follows = Co dalej
w-inform = Poinformuj zgłaszającego
w-what-happens = Co się dzieje
w-close = Zamknij sprawę

w-done-przyjeto = Przyjęto. Nadawca zobaczy to od razu.
w-done-cofnieto = Cofnięto przyjęcie.
w-done-rozpoczeto = Zapisano rozpoczęcie pracy.
w-done-zapytano = Wysłano pytanie. Sprawa czeka na odpowiedź nadawcy.
w-done-odrzucono = Odrzucono z podaniem powodu.
w-done-oczekuje = Wpisano na listę oczekujących.
w-done-zakonczono = Zakończono. Nadawca zobaczy wynik.
w-done-wycofano = Wycofano.
w-done-wyslano = Przekazano do wysłania.
w-done-uzupelniono = Wysłano uzupełnienie.
w-done-przekazano = Przekazano dalej. To jest nowa sprawa.
w-done-zaproponowano = Zaproponowano nadawcy innego odbiorcę.
w-done-odpisano = Wysłano odpowiedź.
w-done-odmowiono = Wysłano odmowę z powodem.
w-done-potwierdzono = Potwierdzono przyjęcie.
w-done-poinformowano = Poinformowano zgłaszającego.
w-done-zamknieto = Zamknięto sprawę.

w-directory-title = Katalog
w-directory-caption = Instytucje regionu.
w-directory-as-of = Stan na: {$at}. Katalog działa także bez połączenia.
w-directory-empty = Nie ma jeszcze innych instytucji. Poproś ROPS o zaproszenie kolejnych.
w-col-institution = Instytucja
w-col-kind = Rodzaj
w-col-area = Obszar (TERYT)
w-institution-id = Identyfikator
w-key = Klucz podpisu, do porównania przez telefon

w-status-title = Stan węzła
w-status-good = Wszystko działa.
w-status-caption = Co sprawdzono
w-status-version = Wersja {$version}, region {$region}
w-col-check = Kontrola
w-col-result = Wynik
w-col-todo = Co zrobić

w-fault-title = Tej strony nie można pokazać
w-denied-unchanged = Niczego nie zmieniono.
w-denied-host-what = Ten adres nie należy do tego węzła.
w-denied-host-why = Strony otwierają się tylko pod nazwami, które podał administrator.
w-denied-host-todo = Wpisz adres, który podał administrator.
w-denied-path-what = Nie ma takiej strony.
w-denied-path-why = Adres jest niepełny albo zmieniony.
w-denied-path-todo = Wróć do Skrzynki i wybierz sprawę z listy.
w-denied-uri-what = Adres jest za długi.
w-denied-uri-why = Żadna strona nie ma takiego adresu.
w-denied-uri-todo = Wróć do Skrzynki; szukaj krótszym tekstem.
w-denied-method-what = Tej czynności nie ma.
w-denied-method-why = Strony można tylko czytać i wysyłać w nich formularze.
w-denied-method-todo = Otwórz stronę w przeglądarce.
w-denied-origin-what = Ten formularz nie pochodzi z otwartej strony tego węzła.
w-denied-origin-why = Wysłała go inna strona albo okno otwarte przed ponownym logowaniem.
w-denied-origin-todo = Otwórz sprawę od nowa i wyślij jeszcze raz; skopiuj wcześniej treść przyciskiem wstecz.
w-denied-form-what = Tego rodzaju danych strona nie przyjmuje.
w-denied-form-why = Przyjmowane są tylko zwykłe formularze tych stron.
w-denied-form-todo = Wyślij formularz przeglądarką.
w-denied-size-what = Formularz jest za duży.
w-denied-size-why = Granica to 256 kB tekstu.
w-denied-size-todo = Skróć treść i wyślij jeszcze raz.
w-denied-slow-what = Formularz dochodził zbyt wolno.
w-denied-slow-why = Połączenie z węzłem jest przerywane.
w-denied-slow-todo = Wróć i wyślij jeszcze raz; treść jest w przeglądarce.
w-denied-broken-what = Formularz nie dotarł w całości.
w-denied-broken-why = Połączenie przerwano w trakcie.
w-denied-broken-todo = Wróć i wyślij jeszcze raz; treść jest w przeglądarce.
w-denied-late-what = Odpowiedź nie była gotowa na czas.
w-denied-late-why = Węzeł jest teraz zajęty.
w-denied-late-unchanged = Jeśli wysłano formularz, węzeł pracuje nad nim dalej i wykona go najwyżej raz.
w-denied-late-todo = Otwórz sprawę za minutę i sprawdź, czy czynność jest na osi czasu, zanim ją powtórzysz.


w-count-cases =
    { $n ->
        [one] { $n } sprawa czeka na nas
        [few] { $n } sprawy czekają na nas
        *[other] { $n } spraw czeka na nas
    }
w-count-new =
    { $n ->
        [one] { $n } nowa
        [few] { $n } nowe
        *[other] { $n } nowych
    }
w-count-late =
    { $n ->
        [one] { $n } po terminie
        *[other] { $n } po terminie
    }
w-count-institutions =
    { $n ->
        [one] { $n } instytucja
        [few] { $n } instytucje
        *[other] { $n } instytucji
    }
w-due-in =
    { $n ->
        [one] za { $n } dzień
        *[other] za { $n } dni
    }
w-due-late =
    { $n ->
        [one] { $n } dzień po terminie
        *[other] { $n } dni po terminie
    }
w-offline-work =
    { $n ->
        [0] Ten węzeł nie ma teraz połączenia z hubem. Można pracować dalej; nic nie czeka na wysłanie.
        [one] Ten węzeł nie ma teraz połączenia z hubem. Można pracować dalej: { $n } wiadomość czeka tutaj i wyśle się sama.
        [few] Ten węzeł nie ma teraz połączenia z hubem. Można pracować dalej: { $n } wiadomości czekają tutaj i wyślą się same.
        *[other] Ten węzeł nie ma teraz połączenia z hubem. Można pracować dalej: { $n } wiadomości czeka tutaj i wyśle się samo.
    }
w-status-wrong =
    { $n ->
        [one] { $n } rzecz wymaga uwagi.
        [few] { $n } rzeczy wymagają uwagi.
        *[other] { $n } rzeczy wymaga uwagi.
    }

### every print for the person
w-print-may-be-incomplete = Ten wydruk może nie być pełny. Na pytania i wnioski o dane odpowiada inspektor ochrony danych (IOD).

### help and declaration

w-warnings = Dla administratora: to wymaga działania, zanim coś stanie.
w-help-title = Pomoc
w-help-contents = Spis treści
w-help-tasks = Najczęstsze zadania, krok po kroku
w-help-answer = Odpowiedzieć na skierowanie
w-help-answer-steps =
    W Skrzynce wybierz numer sprawy. Na górze są sprawy z najbliższym terminem.
    Przeczytaj treść i podstawę. Otwarcie zapisuje się w śladzie.
    Wybierz „Przyjmij” (na klawiaturze: Enter). Nadawca zobaczy to od razu.
    Zamiast tego: „Zadaj pytanie”, „Odrzuć” z powodem z listy albo „Inne czynności” – lista oczekujących.
    Przyjęcie można cofnąć przez 24 godziny. Na koniec wybierz „Zakończ” i wynik.
w-help-send = Wysłać skierowanie
w-help-send-steps =
    Wybierz „Nowe skierowanie”.
    Wpisz numer sprawy osoby albo nazwisko, wybierz instytucję i usługę.
    Napisz, o co prosisz, i dołącz tylko to, co potrzebne.
    Wybierz podstawę: najpierw przepis, jeśli pasuje, potem zgodę.
    Sprawdź, kto co zobaczy, i wybierz „Wyślij”. Numer sprawy jest na następnej stronie.
w-help-refusal = Gdy bramka zatrzyma przekazanie
w-help-refusal-steps =
    Nic nie opuściło tego węzła, a szkic jest zachowany.
    Przeczytaj „Dlaczego”: jest tam nazwane pole i brakujący zakres.
    Wybierz przycisk: wyślij bez tego pola, poproś o szerszą zgodę albo użyj innej podstawy.
    Gdy to nie pomaga, podaj kod przez telefon osobie, do której należy dzwonić (niżej).
w-help-consent = Zapisać zgodę i ją wycofać
w-help-consent-steps =
    Wybierz „Zgody”, potem „Nowa zgoda”.
    Zaznacz instytucje i rodzaje informacji w jednej tabeli.
    Wydrukuj kartkę, daj ją do podpisu w dwóch egzemplarzach, zapisz datę podpisu.
    Wycofanie: otwórz zgodę i wybierz „Wycofaj”. Strona pokaże, które instytucje potwierdziły, a do których trzeba zadzwonić.
w-help-forward = Przekazać sprawę, która trafiła nie tu
w-help-forward-steps =
    Otwórz sprawę i wybierz „Przekaż dalej”. Można to zrobić także po przyjęciu.
    Wybierz instytucję właściwą.
    Wybierz „Przekaż dalej”, jeśli zgoda ją obejmuje, albo „Zaproponuj to nadawcy” – wtedy nadawca zapyta osobę o zgodę.
w-help-apart = Sprawy osobne
w-help-apart-text = Sprawy chroniące czyjeś bezpieczeństwo mają własną listę. Nie ma ich w Skrzynce, w wyszukiwaniu ani na wydrukach innych spraw.
w-help-lock = Blokada
w-help-lock-text = Po 10 minutach bez działania sesja się blokuje. Wpisana treść nie ginie: po podaniu hasła idzie dalej. Odchodząc od komputera, wybierz „Zablokuj”.
w-help-calls = Do kogo dzwonić
w-help-danger = Zagrożenie życia lub zdrowia
w-help-danger-text = Najpierw 112. Wiadomość w Więzi nie zastępuje telefonu.
w-help-call-keys = Zapomniane hasło, uprawnienia, nieobecność
w-help-call-node = Strony nie działają, brak połączenia, certyfikat
w-help-call-rops = Region: nowe instytucje, mediacja, ostrzeżenie o kluczu
w-help-code = Komunikat o błędzie ma kod, na przykład WZ-ZGO-002. Wystarczy podać kod i numer sprawy; nazwisk przez telefon nie trzeba.
w-help-keyboard = Skróty klawiszowe
w-help-keyboard-text = Wszystko działa z klawiatury. Własnych skrótów nie ma, żeby nie przeszkadzały czytnikom ekranu; działają skróty przeglądarki.
w-help-keys =
    Tab, Shift + Tab – następny i poprzedni element
    Enter – otwiera odnośnik, wysyła formularz; w otwartym skierowaniu przyjmuje
    Spacja – zaznacza pole wyboru, naciska przycisk
    Strzałki – wybór na liście
    Pierwszy Tab na stronie – „Przejdź do treści”
    Ctrl + P – druk sprawy lub listy
    Ctrl + F – szukanie na stronie
    Alt + strzałka w lewo – poprzednia strona
w-help-glossary = Słowniczek
w-help-words =
    Węzeł – program i baza tej instytucji. Treść spraw jest tylko tutaj i u odbiorcy.
    Hub – skrzynka regionu prowadzona przez ROPS. Widzi, kto, do kogo i kiedy; nigdy treści.
    Bramka zgody – sprawdza przed wysłaniem, czy jest podstawa dla każdego pola i odbiorcy.
    Podstawa – zgoda osoby, przepis albo zagrożenie życia.
    Skierowanie – prośba do innej instytucji, żeby pomogła osobie.
    Numer sprawy – numer w Więzi, na przykład W-4K7Q2X; obok stoi numer nadany przez instytucję, która wysłała.
    Kod potwierdzenia – znaki z podpisanego odbioru, takie same u nadawcy i odbiorcy; dowód doręczenia.
    Sprawa osobna – sprawa, o której osoba, której dotyczy, nie może się dowiedzieć.
    Kierownik – daje uprawnienia i klucze, wyznacza zastępców. Zastępca – dostaje nowe sprawy nieobecnej osoby.
    IOD – inspektor ochrony danych; odpowiada na żądania osób.
w-declaration-title = Deklaracja dostępności
w-declaration-promise = zobowiązuje się zapewnić dostępność swojej strony internetowej zgodnie z ustawą z 4 kwietnia 2019 r. o dostępności cyfrowej stron internetowych i aplikacji mobilnych podmiotów publicznych. Oświadczenie w sprawie dostępności ma zastosowanie do:
w-declaration-site = strony węzła Więź, wersja {$version}
w-declaration-published = Data publikacji strony:
w-declaration-changed = Data ostatniej istotnej aktualizacji:
w-declaration-unknown = nie podano
w-declaration-state = Stan dostępności cyfrowej
w-declaration-untested = Nie badano. Nikt jeszcze nie ocenił, czy strona jest zgodna z ustawą.
w-declaration-full = Strona internetowa jest zgodna z ustawą o dostępności cyfrowej.
w-declaration-partial = Strona internetowa jest częściowo zgodna z ustawą o dostępności cyfrowej z powodu niezgodności wymienionych niżej.
w-declaration-none = Strona internetowa jest niezgodna z ustawą o dostępności cyfrowej z powodu niezgodności wymienionych niżej.
w-declaration-unmet = Treści niedostępne
w-declaration-unmet-untested = Nie wiadomo, bo nie badano. Strony zaprojektowano według WCAG 2.2 na poziomie AA: działają bez skryptów, z klawiatury, przy 200 % tekstu i na ekranie szerokości 320 punktów.
w-declaration-unmet-untold = Nie opisano. Brakujący opis można zgłosić pod numerem niżej.
w-declaration-making = Przygotowanie deklaracji dostępności
w-declaration-made = Data sporządzenia deklaracji:
w-declaration-reviewed = Data ostatniego przeglądu deklaracji:
w-declaration-method-none = Oceny jeszcze nie przeprowadzono.
w-declaration-method-own = Deklarację sporządzono na podstawie samooceny przeprowadzonej przez podmiot publiczny.
w-declaration-method-other = Deklarację sporządzono na podstawie oceny, którą przeprowadził podmiot: {$who}.
w-declaration-keyboard-text = Na stronie nie ma własnych skrótów klawiszowych. Działają standardowe skróty przeglądarki.
w-declaration-contact = Informacje zwrotne i dane kontaktowe
w-declaration-person = Za rozpatrywanie uwag i wniosków odpowiada:
w-declaration-person-none = osoby jeszcze nie wyznaczono; wniosek przyjmie sekretariat instytucji
w-declaration-email = E-mail:
w-declaration-rights = Każdy ma prawo
w-declaration-rights-text = zgłosić uwagi dotyczące dostępności cyfrowej strony lub jej elementu, żądać zapewnienia dostępności cyfrowej, wnioskować o udostępnienie niedostępnej informacji w innej formie. Żądanie musi zawierać dane kontaktowe osoby zgłaszającej, wskazanie elementu strony i sposobu udostępnienia informacji.
w-declaration-when = Rozpatrzenie powinno nastąpić niezwłocznie, najpóźniej w ciągu 7 dni. Jeśli w tym terminie nie da się zapewnić dostępności, podmiot powiadomi o tym wraz z powodem i nowym terminem, nie dłuższym niż 2 miesiące od zgłoszenia.
w-declaration-complaint = Obsługa wniosków i skarg
w-declaration-complaint-text = Jeżeli podmiot odmówi albo nie dotrzyma terminu, można złożyć skargę do tej instytucji, a po wyczerpaniu tej drogi zwrócić się do Rzecznika Praw Obywatelskich (www.rpo.gov.pl).
w-declaration-building = Dostępność architektoniczna
w-declaration-building-none = Nie opisano jeszcze dostępności budynku. Zapytaj telefonicznie.
w-declaration-apps = Aplikacje mobilne
w-declaration-apps-text = Podmiot nie udostępnia aplikacji mobilnej Więzi; strony działają na telefonie.

### directory

w-directory-offline = Nie ma połączenia z hubem. Katalog z: {$at}. Numery telefonów działają.
w-directory-any = – wszystkie –
w-directory-print = Lista do druku
w-directory-printed = Katalog z: {$at}
w-search-directory = Szukaj: potrzeba, miejsce, nazwa; polskie litery nie są potrzebne
w-col-sector = Sektor
w-col-county = Powiat
w-col-usual = Zwykły czas odpowiedzi
w-card-services = Zwykle pomaga w sprawach
w-card-closed = Ta instytucja nie przyjmuje teraz spraw przez Więź. Zadzwoń.
w-usual-unknown = jeszcze nieznany
w-usual-how = Zwykły czas odpowiedzi to środkowy z czasów odpowiedzi na sprawy tej instytucji z ostatnich 90 dni. Poniżej 5 spraw się go nie podaje.
w-print = Drukuj
w-usual-hours =
    { $n ->
        [one] { $n } godzina
        [few] { $n } godziny
        *[other] { $n } godzin
    }
w-usual-days =
    { $n ->
        [one] { $n } dzień
        *[other] { $n } dni
    }

### Skrzynka i sprawy
w-nav-cases = Sprawy
w-cases-title = Sprawy
w-inbox-zespol = Cały zespół
w-inbox-zakonczone = Zakończone
w-inbox-whom = Kogo dotyczy
w-inbox-held = treść zatrzymana
w-state-withdrawn = zgoda wycofana
w-inbox-loading =
    { $n ->
        [one] W { $n } sprawie nazwiska jeszcze się wczytują; za chwilę też się znajdą.
        *[other] W { $n } sprawach nazwiska jeszcze się wczytują; za chwilę też się znajdą.
    }
w-search-found =
    { $n ->
        [0] Nie znaleziono spraw.
        [one] Znaleziono { $n } sprawę.
        [few] Znaleziono { $n } sprawy.
        *[other] Znaleziono { $n } spraw.
    }

### people
w-nav-people = Ludzie
w-people-title = Ludzie
w-people-caption = Konta w tej instytucji.
w-people-search = Szukaj: osoba, nazwa użytkownika, rola, stan
w-people-mine = Moje konto
w-people-name = Imię i nazwisko
w-people-name-hint = Pod tym nazwiskiem wychodzą wiadomości. Nie można go później zmienić.
w-people-login-hint = Małe litery, cyfry, kropka, łącznik. Nie można jej później zmienić.
w-people-role = Rola w Więzi
w-people-profession = Stanowisko
w-people-keys = Klucze do spraw
w-people-no-content = nie dotyczy: ta rola nie czyta spraw
w-people-substitute = Zastępca
w-people-no-substitute = brak zastępcy
w-people-receives = Nowe sprawy
w-people-receives-none = żadne
w-people-receives-ordinary = zwykłe
w-people-receives-safety = dotyczące bezpieczeństwa
w-people-receives-both = zwykłe i dotyczące bezpieczeństwa
w-people-away = nieobecność
w-people-add = Dodaj osobę
w-people-add-why = Nowe konto nie ma kluczy do spraw. Po ustawieniu przez tę osobę własnego hasła klucze daje kierownik.
w-people-first-password = Pierwsze hasło
w-people-once = Hasło jest pokazane tylko teraz i nigdzie nie jest zapisane. Przekaż je osobie, do której należy konto, najlepiej na kartce.
w-people-once-next = Przy pierwszym logowaniu ta osoba ustawi własne hasło. Potem kierownik daje klucze na stronie tego konta.
w-people-once-done = Hasło przekazane
w-person-title = Konto
w-person-first = pierwsze hasło jeszcze nie zmienione
w-person-factor-none = brak
w-person-factor-sheet = wydrukowany arkusz kodów
w-person-factor-totp = aplikacja w telefonie lub komputerze
w-person-nobody = nikt
w-person-sees = Dostęp do
w-person-nothing = Tu nie ma nic do zmiany. Konta zmienia kierownik, a hasło i blokadę także administrator.
w-person-give = Daj klucze
w-person-give-why = Ta osoba ma własne hasło i czeka na klucze. Dostanie wszystko, co miała wcześniej; kierownik dostaje wszystkie sprawy. Zadzwoń albo podejdź do niej: na swojej stronie „Moje konto” widzi odcisk klucza. Gdy jest inny niż tutaj, nie dawaj kluczy.
w-person-fingerprint = Odcisk klucza
w-person-fingerprint-why = Przeczytaj go temu, kto daje klucze.
w-person-last-reset = Hasło ustawiono na nowo: {$at}, {$who}.
w-person-duty = Przydział i zastępstwo
w-person-receives-why = Nowa sprawa przychodzi tylko do wskazanych osób i ich zastępców. Sprawy dotyczące bezpieczeństwa – tylko do osób wskazanych z nazwiska.
w-person-save = Zapisz przydział
w-person-substitute-why = Dostaje te same nowe sprawy, a w czasie nieobecności widzi wszystkie sprawy tej osoby.
w-person-substitute-do = Zapisz zastępcę
w-person-away = Zaznacz nieobecność
w-person-away-why = Zastępca zobaczy wszystkie sprawy tej osoby do dnia jej powrotu.
w-person-back = Zaznacz powrót
w-person-back-why = Ta osoba jest nieobecna. Po powrocie zastępca przestanie widzieć jej sprawy.
w-person-role = Zmień rolę
w-person-access = Hasło i blokada
w-person-reset = Ustaw nowe pierwsze hasło
w-person-reset-why = Gdy hasło zostało zapomniane. Konto traci klucze i drugi składnik; po ustawieniu własnego hasła klucze daje kierownik.
w-person-lock = Zablokuj konto
w-person-lock-why = Zalogowanie przestanie być możliwe, a otwarte sesje się skończą. Klucze zostają.
w-person-unlock = Odblokuj konto
w-person-unlock-why = Konto jest zablokowane. Po odblokowaniu działa to samo hasło i te same klucze.
w-person-hand-over = Przekaż wszystkie sprawy
w-person-hand-over-why = Wybrana osoba zobaczy wszystko, do czego ma dostęp to konto, a to konto przestanie to widzieć.
w-person-successor = Kto przejmuje sprawy
w-person-leave = Odejście z pracy
w-person-leave-why = Konto zostaje zamknięte na zawsze, a jego klucz unieważniony. Sprawy przejmuje wskazana osoba; bez niej zostają u kierownika. Tego nie można cofnąć.
w-person-leave-do = Zamknij konto
w-done-zablokowano = Konto zablokowane.
w-done-odblokowano = Konto odblokowane.
w-done-zmieniono-role = Rola zmieniona.
w-done-nadano-klucze = Klucze nadane. Ta osoba widzi już swoje sprawy.
w-done-zmieniono-zastepce = Zastępca zapisany. Nieobecność, jeśli trwa, trzeba zaznaczyć od nowa.
w-done-zmieniono-przydzial = Przydział zapisany; dotyczy spraw, które dopiero przyjdą.
w-done-nieobecnosc = Nieobecność zaznaczona. Zastępca widzi sprawy tej osoby.
w-done-powrot = Powrót zaznaczony. Zastępca nie widzi już spraw tej osoby.
w-done-odejscie = Konto zamknięte, klucz unieważniony.
w-done-przeniesiono = Sprawy przekazane.
w-done-odzyskano = Odzyskano dostęp. Wskazane konto jest kierownikiem i widzi wszystkie sprawy.
w-done-wylaczono = Osoba wyłączona. Tej sprawy już dla niej nie ma.
w-done-dopuszczono = Osoba dopuszczona. Widzi już tę sprawę.
w-done-oddano = Sprawa przekazana innej osobie.
w-factor-title = Ustawienie drugiego składnika
w-factor-why = Drugi składnik to coś, co trzeba mieć przy sobie oprócz hasła. Wystarczy kartka; telefon nie jest potrzebny.
w-factor-now = Teraz:
w-factor-done = Zapisano.
w-factor-sheet = Wydrukowany arkusz
w-factor-sheet-why = 20 kodów do wykreślania. Każdy działa raz. Nowy arkusz unieważnia poprzedni.
w-factor-sheet-do = Przygotuj arkusz do druku
w-factor-program = Aplikacja z kodami
w-factor-program-why = Zeskanuj kod albo przepisz tajny klucz do aplikacji, a potem podaj sześć cyfr, które pokazuje.
w-factor-secret = Tajny klucz
w-factor-qr = Kod kwadratowy z tajnym kluczem dla aplikacji
w-factor-code = Sześć cyfr z aplikacji
w-factor-program-do = Włącz aplikację
w-factor-off = Zrezygnuj z drugiego składnika
w-factor-codes = Arkusz kodów logowania
w-factor-once = Kody są pokazane tylko teraz. Wydrukuj tę stronę albo przepisz kody.
w-factor-codes-how = Po podaniu hasła wpisz kolejny kod i wykreśl go. Arkusz trzymaj osobno od komputera. Gdy zginie, zgłoś to kierownikowi.
w-factor-printed = Arkusz jest wydrukowany
w-first-title = Pierwsze konto: kierownik
w-first-why = W tej instytucji nie ma jeszcze żadnego kierownika. Kod z kartki otrzymanej przy przyłączeniu węzła działa raz.
w-first-printer = Zaraz potem strona pokaże trzy arkusze odzyskiwania, tylko raz. Przygotuj drukarkę, zanim klikniesz.
w-first-code = Kod z kartki
w-first-code-hint = 25 liter w pięciu grupach; wielkość liter i odstępy nie mają znaczenia.
w-first-do = Utwórz konto i pokaż arkusze
w-sheets-title = Arkusze odzyskiwania
w-sheets-once = Te trzy arkusze są pokazane tylko teraz i nigdzie nie są zapisane. Wydrukuj je, zanim opuścisz tę stronę.
w-sheets-print = Wydrukuj stronę: każdy arkusz zajmie osobną kartkę.
w-sheets-keep = Włóż każdą kartkę do osobnej koperty i oddaj w trzy różne miejsca, na przykład do sejfu, do skarbnika i do organu prowadzącego. Nigdy do ROPS.
w-sheets-check = Sprawdź, czy wszystkie litery są czytelne. Dowolne dwa arkusze przywracają dostęp do spraw; jeden sam nie mówi nic.
w-sheets-next = Arkusze są wydrukowane – zaloguj
w-sheets-sheet = Arkusz odzyskiwania {$n} z 3
w-sheets-set = Komplet
w-sheets-made = Data
w-sheets-what = Dwa z trzech arkuszy tego kompletu przywracają dostęp do wszystkich spraw tej instytucji, gdy nie ma już nikogo z kluczami. Wpisuje się je na stronie „Odzyskanie dostępu” albo poleceniem wiez-node account recover.
w-sheets-secret = Przechowuj osobno od dwóch pozostałych. Nie fotografuj, nie skanuj, nie przesyłaj.
w-recover-title = Odzyskanie dostępu
w-recover-why = Gdy w instytucji nie ma już nikogo z kluczami do spraw. Dwa z trzech arkuszy odzyskiwania czynią wskazane konto kierownikiem z kluczami do wszystkiego.
w-recover-nobody = Nie ma konta, któremu można oddać dostęp. Dodaj osobę; niech się zaloguje i ustawi własne hasło, a potem wróć tutaj.
w-recover-account = Kto dostanie dostęp
w-recover-one = Pierwszy arkusz
w-recover-other = Drugi arkusz
w-recover-hint = Dziewięć wierszy po pięć słów, jak na kartce. Wielkość liter nie ma znaczenia; o pomyłce powie numer wiersza.
w-recover-do = Oddaj dostęp
w-trail-title = Ślad
w-trail-why = Kto otworzył i wysłał którą sprawę oraz kto zmieniał konta. Wpisów nie można usunąć ani zmienić bez wykrycia.
w-trail-search = Szukaj: numer sprawy
w-trail-empty = Nie ma jeszcze żadnych wpisów.
w-trail-caption = Wpisy od najnowszego.
w-trail-seq = Wpis
w-trail-at = Kiedy
w-trail-did = Czynność
w-trail-case = Sprawa
w-trail-about = Czego dotyczy
w-trail-newest = Najnowsze
w-trail-verify = Sprawdź ślad
w-trail-note = Zapisz ten odcisk poza tym komputerem. Podany przy następnym sprawdzeniu pokaże, czy ktoś przepisał wcześniejsze wpisy.
w-trail-noted = Odcisk zapisany wcześniej (nieobowiązkowo)
w-access-title = Kto widzi sprawę {$number}
w-access-link = Kto widzi tę sprawę
w-access-hidden = To sprawa osobna. Widzą ją tylko osoby wskazane.
w-access-sees = Widzą tę sprawę
w-access-keeps = Przechowują klucz
w-access-keeps-why = Nie widzą tej sprawy. Klucz służy do przekazania jej, gdy zabraknie osób wskazanych.
w-access-reason = Powód wyłączenia
w-access-exclude = Wyłącz: {$who}
w-access-to = Komu oddać sprawę
w-access-transfer = Oddaj sprawę od: {$who}
w-access-admit = Dopuść do sprawy
w-access-who = Osoba
w-access-excluded = Wyłączeni ze sprawy
w-access-readmit = Dopuść ponownie: {$who}
w-people-count =
    { $n ->
        [one] { $n } konto.
        [few] { $n } konta.
        *[other] { $n } kont.
    }
w-people-waiting =
    { $n ->
        [one] { $n } czeka na klucze.
        [few] { $n } czekają na klucze.
        *[other] { $n } czeka na klucze.
    }
w-person-cases =
    { $n ->
        [one] { $n } zwykłej sprawy lub zgody
        *[other] { $n } zwykłych spraw i zgód
    }
### people end

### new
w-nav-new = Nowe skierowanie
w-new-title = Nowe skierowanie
w-new-person = Osoba lub rodzina
w-new-person-hint = Imię i nazwisko albo numer sprawy w tej instytucji. Wystarczy jedno.
w-new-to = Do kogo
w-new-to-hint = Nazwa instytucji albo jej część; polskie litery nie są potrzebne.
w-new-usual = zwykle odpowiada w ciągu: {$time}
w-new-to-none = Nie ma jeszcze instytucji, do których można to wysłać. Poproś ROPS o zaproszenie kolejnych.
w-new-goal = O co prosisz
w-new-goal-hint = Jedno lub dwa zdania. Przykład: „Proszę o zajęcia wyrównawcze z matematyki dla ucznia klasy 5, dwa razy w tygodniu”.
w-new-service = Czego dotyczy
w-new-service-hint = Można zostawić: usługa zostanie dobrana do treści i instytucji, a na następnej stronie widać jaką.
w-new-service-own = – dobierz do treści i instytucji –
w-new-parts = Jakie informacje dołączasz
w-new-parts-hint = Wypełnij tylko to, co potrzebne. Puste pola nie są wysyłane. Imię i nazwisko znanej osoby dopisze się samo.
w-new-covered = objęte zgodą
w-new-uncovered = nieobjęte zgodą
w-new-group-person = Dane podstawowe
w-new-group-school = Nauka
w-new-group-family = Rodzina
w-new-group-means = Sytuacja życiowa
w-new-group-health = Zdrowie i bezpieczeństwo
w-new-group-work = Praca z rodziną
w-new-group-other = Inne
w-new-group-event = Zdarzenie
w-new-basis = Na jakiej podstawie
w-new-ground-no-consent = Zgody nie trzeba i nie wolno o nią prosić.
w-new-ground-statute = Przepis prawa zamiast zgody
w-new-ground-statute-hint = Wniosek o informacje, sygnał, alarm, Niebieska Karta, zawiadomienie. Następna strona pokaże, co pasuje do tej instytucji.
w-new-ground-consent = Zgoda {$number}, ważna do {$until}
w-new-ground-own = Zgoda tej osoby dla tej instytucji
w-new-ground-own-hint = Zostanie znaleziona sama. Gdy jej nie ma, następna strona powie, co zrobić.
w-new-ground-new = Nowa zgoda
w-new-ground-new-hint = Otworzy się wypełniony formularz zgody. Wpisana treść poczeka.
w-new-ground-life = Zagrożenie życia lub zdrowia
w-new-ground-life-hint = Najpierw telefon 112. Potem alarm na następnej stronie.
w-new-urgency = Pilność
w-new-wished = Do kiedy najlepiej (można zostawić puste)
w-new-check = Sprawdź i wyślij
w-new-keep = Zapisz szkic
w-new-kept = Szkic zapisany. Czeka tutaj do wylogowania, najdłużej 12 godzin.
w-new-draft-shown = To jest niewysłany szkic.
w-new-draft-waits = Czeka też niewysłany szkic. Zniknie, gdy zapiszesz lub sprawdzisz ten formularz.
w-new-fresh = Usuń szkic i zacznij od nowa
w-new-closed-key = klucz tej instytucji zmienił się i nikt go jeszcze nie sprawdził; zadzwoń
w-new-closed-suspended = zawieszona, teraz nie przyjmuje; zadzwoń
w-new-kinds-title = Pisma bez zgody i pytania
w-new-kinds-to = Co można wysłać do: {$peer}
w-new-kinds-none = Do tej instytucji niczego takiego nie można wysłać.
w-new-to-kinds = Pismo bez zgody: Niebieska Karta, alarm, sygnał, zawiadomienie, wniosek o informacje
w-new-to-referral = Skierowanie za zgodą osoby
w-new-or-consent = albo zgoda osoby
w-new-demanded = Zgody nie trzeba i nie wolno o nią prosić. Powstanie sprawa osobna: osoba, której dotyczy, nie może się o niej dowiedzieć.
w-new-write = Wypełnij
w-new-112 = Zagrożone życie lub zdrowie? Najpierw zadzwoń: 112.
w-new-family-knows = rodzina wie o tym sygnale
w-new-question = Pytanie
w-new-asked = O jakie informacje prosisz
w-new-why = Po co jest to potrzebne
w-new-why-hint = Jedno zdanie; zobaczy je druga instytucja.
w-new-what = Co się stało
w-new-what-hint = Fakty: kto, co, kiedy, gdzie. Zobaczy to druga instytucja.
w-new-justification = Dlaczego trzeba działać od razu
w-new-justification-hint = Konieczne przy ochronie życia lub zdrowia; co najmniej 30 znaków.
w-new-place = Gdzie
w-new-in-danger = Kto jest zagrożony
w-new-phoned = Do kogo zadzwoniono
w-new-phoned-at = O której
w-new-case-ref = Sygnatura sprawy
w-new-officer = Numer funkcjonariusza
w-new-order-ref = Sygnatura orzeczenia lub żądania
w-new-started = Dzień wszczęcia procedury
w-new-started-hint = Od tego dnia biegnie 5 dni roboczych na przekazanie formularza.
w-new-persons = Osoby
w-new-add-person = Dodaj: {$role}
w-new-reporter = Dlaczego trzeba ujawnić osobę zgłaszającą
w-new-reporter-hint = Tylko gdy wpisano osobę zgłaszającą; co najmniej 20 znaków.
w-new-letter-hint = Można wpisać później. Do tego czasu jest to kopia robocza.
w-new-letter-channel = Jak wysłano
w-new-letter-number = Numer pisma
w-new-letter-date = Data pisma
w-new-release = Zwolnienie z tajemnicy zawodowej
w-new-release-none = – nie dotyczy –
w-new-check-title = Sprawdź i wyślij
w-new-sees = {$peer} zobaczy: {$what}.
w-new-sees-number = numer sprawy
w-new-hub-sees = ROPS zobaczy tylko: kto, do kogo, kiedy i czy podstawą jest zgoda, czy przepis.
w-new-change = Zmień
w-new-back = Wróć do formularza
w-new-which-person = Która osoba?
w-new-other-person = Żadna z nich – numer sprawy w tej instytucji
w-new-stranger = Numer sprawy w tej instytucji dla: {$name}
w-new-stranger-hint = Tej osoby nie ma jeszcze w sprawach ani zgodach, które widzisz. Numer będzie widoczny na każdym ekranie i wydruku.
w-new-which-place = Która instytucja?
w-new-look-again = Sprawdź jeszcze raz: osoba albo zgoda jest inna niż na poprzednim ekranie. Nic nie zostało wysłane.
w-new-which-consent = Która zgoda?
w-new-statutes = Bez zgody można do tej instytucji wysłać:
w-new-answer-by = Odpowiedź należy się
w-new-waits = Zanim to wyjdzie, musi to potwierdzić druga osoba w tej instytucji. Do tego czasu nic nie opuści tego węzła.
w-new-send-waits = Przekaż do potwierdzenia
w-fix-wider = Poproś o rozszerzenie zgody
w-fix-consent = Nowa zgoda
w-fix-otherwise = Użyj innej podstawy prawnej
w-fix-recipient = Wybierz inną instytucję
w-sent-title = Wysłano
w-sent-next = Co dalej
w-sent-answer = Odpowiedź należy się: {$due}. Bez niej sprawa będzie oznaczona „po terminie”.
w-sent-phone = W razie pytań: {$peer}, tel. {$phone}.
w-sent-print = Tę stronę można wydrukować do teczki (Ctrl+P).
w-sent-case = Pokaż sprawę
w-sent-another = Następne skierowanie dla tej rodziny

### case, prints

w-path = Gdzie jest sprawa
w-where-here = W tym węźle; nikt tu jeszcze jej nie otworzył. Nadawca: {$peer}.
w-where-offline = Nie ma teraz połączenia z hubem; wyśle się samo.
w-receipt = kod potwierdzenia {$code}
w-who-node = ten węzeł
w-who-hub = hub
w-now = teraz
w-another = Zaproponuj inną instytucję
w-case-withdrawn = Zgodę wycofano ({$at}). Treść, której dotyczyła, została ukryta. Zostaje wpis, że przekazanie miało miejsce.
w-show-now = Pokaż aktualny stan
w-kept = Wpisana treść jest zachowana:
w-forward-what = Co pójdzie dalej
w-cancel-why = Co jeszcze czeka w tym węźle, nie wyjdzie. Co już dotarło, zostaje u odbiorcy – zadzwoń do niego. Wycofania nie można cofnąć; można wysłać nowe.
w-print-apart = SPRAWA OSOBNA. Osoba, której dotyczy, nie może się o niej dowiedzieć. Przechowuj oddzielnie, nie wpinaj do innych akt.
w-printed = Wydrukowano {$at}, drukuje: {$who}
w-subject-title = Wydruk dla osoby, której dane dotyczą
w-subject-why = Zestawienie zgód i spraw, które można dać osobie do ręki. Nie ma w nim spraw osobnych.
w-subject-number = Numer sprawy
w-subject-hint = Numer nadany w tej instytucji. Gdy nadała go inna: identyfikator instytucji, dwukropek, numer.
w-subject-do = Przygotuj wydruk
w-subject-printed = Stan na: {$at}
w-subject-empty = Pod tym numerem nie ma tu nic, co można by wydrukować.
w-subject-consent = Zgoda
w-subject-valid = do {$date}
w-subject-give = może dostać: {$what}
w-subject-receive = może przekazać: {$what}
w-subject-categories = Rodzaje informacji:

### case, prints: more

w-print-apart-short = SPRAWA OSOBNA

### replies: notice, letter

w-nav-subject = Wydruk dla osoby
w-notice-answer = Odpowiedz na wycofanie zgody
w-notice-answer-why = Osoba wycofała zgodę. Instytucja, która ją zapisała, czeka na wiadomość, co się stało z treścią otwartą tutaj.
w-notice-what = Co z treścią
w-notice-basis = Na jakiej podstawie – tylko gdy treść zostaje
w-letter-enter = Wpisz pismo formalne
w-letter-channel = Jak wysłano
w-letter-number = Numer pisma
w-letter-day = Data pisma
w-done-zawiadomiono = Odpowiedziano na wycofanie zgody.
w-done-pismo = Wpisano pismo formalne.

### consents
w-nav-consents = Zgody
w-consents-title = Zgody
w-consents-all = wszystkie
w-consents-live = ważne
w-consents-ending = kończą się w 30 dni
w-consents-prepared = do podpisu
w-consents-refused = odmowy
w-consents-ended = zakończone
w-consents-caption = Zgody: osoba, instytucja, zakres, stan.
w-consents-offline = Ten węzeł nie ma teraz połączenia z hubem. Zgody można zapisywać i wycofywać; inni dowiedzą się, gdy połączenie wróci.
w-consents-empty = Nie ma jeszcze żadnej zgody.
w-consents-none-here = W tej części listy nie ma zgód.
w-search-consents = Szukaj zgody: osoba, numer sprawy, numer zgody albo instytucja
w-col-person = Osoba
w-col-give = Przekazujemy
w-col-receive = Otrzymujemy
w-col-until = Ważna do
w-col-has = Co ma i co potwierdziła
w-col-happens = Co się stanie
w-consent-is-live = ważna
w-consent-is-ending = kończy się
w-consent-is-narrowed = ważna, zawężona
w-consent-is-withdrawn = wycofana
w-consent-is-over = wygasła
w-consent-is-suspended = zawieszona
w-consent-is-prepared = do podpisu
w-consent-is-refused = odmowa
w-consent-title = Zgoda {$number}
w-consent-caption = Instytucje z tej zgody
w-consent-from = Ważna od
w-consent-print = Drukuj
w-consent-sign-or-print = Drukuj albo wpisz podpis
w-consent-go-on = Wróć do tego, co czekało na zgodę
w-back-consent = Wróć do zgody
w-consent-new-title = Nowa zgoda
w-consent-person = Osoba: imię i nazwisko albo numer sprawy
w-consent-person-hint = Imię i nazwisko zostaje w tej instytucji. Nie trafia do kodu na wydruku ani do innych instytucji.
w-consent-subject = Numer sprawy, jeśli jest
w-consent-which-person = Jest kilka osób o tym imieniu i nazwisku. Wybierz, o którą chodzi.
w-consent-which-legend = Która osoba
w-consent-scope = Instytucje i informacje
w-consent-scope-hint = Zaznacz instytucję u góry kolumny. Kolumny bez zaznaczenia nie liczą się. Zwykły zakres jest już zaznaczony.
w-consent-what = Informacje
w-give-short = Przekazujemy
w-receive-short = Otrzymujemy
w-consent-special = Informacje szczególne – osoba zaznacza je na druku osobno
w-consent-other = Inna instytucja
w-consent-other-hint = Nazwa albo jej część. Instytucja zostanie dodana do tabeli.
w-consent-add = Dodaj do tabeli
w-consent-added = Dodano instytucję do tabeli. Sprawdź zakres.
w-consent-which = Pasuje kilka instytucji. Zaznacz w tabeli, o którą chodzi.
w-consent-giver = Kto podpisuje
w-consent-child = Zgoda za dziecko albo za kogoś innego
w-consent-born = Data urodzenia dziecka
w-consent-authority = Władza rodzicielska podpisującego rodzica
w-consent-own = Dziecko, które ma co najmniej 13 lat, też się zgadza
w-consent-purposes = Po co
w-consent-until = Ważna do
w-consent-prepare = Przygotuj druk
w-consent-refused-before = Ta osoba odmówiła zgody {$date}: {$institution}. Pytaj ponownie tylko wtedy, gdy sama tego chce.
w-consent-again = Osoba sama chce teraz wyrazić zgodę
w-sheet-how = Wydrukuj 2 egzemplarze: w przeglądarce Ctrl+P. Język druku:
w-sheet-title = Zgoda na wymianę informacji
w-sheet-number = Zgoda nr
w-sheet-case = Sprawa
w-sheet-person = Osoba:
w-sheet-giver = Podpisuje:
w-sheet-intro = {$institution} (administrator danych, tel. {$phone}) prosi o zgodę na wymianę informacji z instytucjami z tabeli.
w-sheet-free = Zgoda jest dobrowolna. Odmowa nie wpływa na świadczenia ani na prawo do pomocy. Informacje szczególne, na przykład o zdrowiu, wymagają osobnego „tak”. Terminy i sprawy organizacyjne wolno przekazywać zawsze.
w-sheet-until = Zgoda działa od dnia podpisu do {$date}. Można ją wycofać w każdej chwili: osobiście albo telefonicznie. Wycofanie działa od razu i nie zmienia tego, co już zrobiono.
w-sheet-rights = Swoje dane można zobaczyć, poprawić i żądać ich usunięcia. Skargi przyjmuje Prezes UODO. IOD: {$iod}, tel. {$phone}.
w-sheet-who = Kto
w-sheet-why = Po co
w-sheet-what = Jakie informacje
w-sheet-yes = Zgoda
w-sheet-tick-yes = tak
w-sheet-tick-no = nie
w-sheet-give = Przekażemy: {$what}
w-sheet-receive = Otrzymamy: {$what}
w-sheet-both = Przekażemy i otrzymamy: {$what}
w-sheet-signature = Data i czytelny podpis
w-sheet-own = Podpis dziecka (13–17 lat)
w-sheet-taken = Kto przyjął
w-sheet-copies = 2 egzemplarze: dla osoby i do akt
w-sheet-page = strona {$page} z {$pages}
w-sheet-code = Kod kwadratowy zgody: numer, zakres, ostatni dzień i podpis węzła
w-sheet-place = akta sprawy {$subject}
w-signed-title = Po podpisaniu
w-signed-day = Podpisano dnia
w-signed-taken = Kto przyjął
w-signed-place = Gdzie leży papier
w-signed-yes = Na co osoba odpowiedziała „tak”
w-signed-special = {$what} – {$institution}
w-signed-do = Zapisz podpisaną zgodę
w-refused-do = Osoba odmówiła
w-done-podpisano = Zapisano zgodę. Można teraz przekazywać informacje w jej zakresie.
w-done-odmowa = Zapisano odmowę. Nikt nie musi pytać ponownie.
w-done-wycofano-zgode = Wycofano zgodę. Od tej chwili nic pod nią nie wyjdzie z tego węzła.
w-done-zawezono = Zawężono zgodę. Reszta jest nadal ważna.
w-done-spor = Odnotowano spór rodziców. Zgoda jest zawieszona.
w-done-po-sporze = Odnotowano koniec sporu. Zgoda znów działa.
w-conflict-note = Odnotuj spór rodziców
w-conflict-over = Odnotuj koniec sporu
w-deed-PREPARED = przygotowano druk
w-deed-SIGNED = zapisano podpisaną zgodę
w-deed-REFUSED = zapisano odmowę
w-deed-WITHDRAWN = wycofano zgodę
w-deed-NARROWED = wycofano część zgody
w-deed-CONFLICT = odnotowano spór rodziców
w-deed-CONFLICT_OVER = odnotowano koniec sporu rodziców
w-withdraw-title = Wycofanie zgody {$number}
w-withdraw-do = Wycofaj zgodę
w-withdraw-effects = Co się stanie
w-withdraw-who = Kto wycofuje
w-withdraw-part = Tylko część zgody
w-withdraw-institution = Instytucja
w-withdraw-all = wszystkie instytucje
w-withdraw-categories = Informacje
w-withdraw-categories-hint = Bez zaznaczenia: wszystkie.
w-withdraw-lawful = To, co zrobiono przed wycofaniem, pozostaje zgodne z prawem. Wpis, że przekazanie miało miejsce, zostaje.
w-would-tell = Dostanie zawiadomienie. Ukryje treść i odpowie, co z nią zrobiła.
w-would-nothing = Nic nie przekazano. Nie dostanie zawiadomienia.
w-holds-nothing = nic nie przekazano
w-notice-confirmed = Zawiadomienie: potwierdzono {$at}.
w-notice-waits = Zawiadomienie: czeka na potwierdzenie od {$at}.
w-notice-call = Zadzwoń: {$phone}.
w-notice-here = Zawiadomienie: czeka tutaj, bo ten węzeł nie ma połączenia. Zadzwoń: {$phone}.
w-notice-answered = Odpowiedź, co zrobiono z danymi: {$at}.
w-notice-none = Nie miała danych, nie trzeba zawiadamiać.
w-end-logged = Koniec zgody jest w rejestrze regionu.
w-end-waits = Koniec zgody czeka na wpis do rejestru regionu.
w-slip-title = Potwierdzenie wycofania zgody {$number}
w-slip-print = Potwierdzenie do druku
w-slip-how = Wydrukuj dla osoby: w przeglądarce Ctrl+P.
w-slip-where = Instytucja
w-slip-at = Wycofano
w-slip-worker = Kto przyjął
w-consent-check-title = Sprawdź kod z druku
w-check-code-text = Tekst kodu
w-check-code-hint = Zeskanuj kod kwadratowy i wklej jego tekst. Zaczyna się od WIEZ1. Sprawdzenie działa bez połączenia.
w-check-code-good = Kod jest prawdziwy
w-check-code-paper = Kod mówi, co wydrukowano. Czy osoba podpisała, widać na papierze. Czy zgodę wycofano, wie instytucja, która ją wydrukowała.
w-check-code-not = Kodu nie można potwierdzić
w-check-code-none = To nie jest kod zgody albo odczytano go tylko w części.
w-check-code-bad = Podpis się nie zgadza. Kod zmieniono albo zrobił go ktoś inny.
w-check-code-unknown = Katalog nie zna instytucji {$institution}.
w-check-code-old-key = Instytucja {$institution} ma dziś inny klucz niż w dniu druku. Zapytaj ją telefonicznie.
w-check-code-over = Ostatni dzień tej zgody minął.
w-check-code-left = Ta instytucja już nie uczestniczy w systemie.
w-check-code-issuer = Kto wydrukował
w-check-code-gets = Otrzyma
w-check-code-gives = Przekaże
w-count-consents =
    { $n ->
        [one] { $n } zgoda
        [few] { $n } zgody
        *[other] { $n } zgód
    }
w-count-holds =
    { $n ->
        [one] Otrzymała { $n } przekazanie.
        [few] Otrzymała { $n } przekazania.
        *[other] Otrzymała { $n } przekazań.
    }
w-count-here =
    { $n ->
        [one] U nas jest { $n } jej wiadomość.
        [few] U nas są { $n } jej wiadomości.
        *[other] U nas jest { $n } jej wiadomości.
    }
w-count-waits =
    { $n ->
        [one] Czeka tutaj: { $n } przekazanie.
        [few] Czekają tutaj: { $n } przekazania.
        *[other] Czeka tutaj: { $n } przekazań.
    }
w-would-stop =
    { $n ->
        [one] { $n } przekazanie czeka tutaj i nie zostanie wysłane.
        [few] { $n } przekazania czekają tutaj i nie zostaną wysłane.
        *[other] { $n } przekazań czeka tutaj i nie zostanie wysłane.
    }
w-would-close =
    { $n ->
        [one] Ukryjemy { $n } wiadomość od niej.
        [few] Ukryjemy { $n } wiadomości od niej.
        *[other] Ukryjemy { $n } wiadomości od niej.
    }
