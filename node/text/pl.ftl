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
w-inbox-caption = Sprawy według terminu.
w-inbox-u-nas = Czekają na nas
w-inbox-wszystkie = Wszystkie
w-inbox-wyslane = Wysłane
w-inbox-empty = Nie ma żadnych spraw. Ostatnie sprawdzenie: {$at}.
w-inbox-none-here = Nie ma spraw wymagających działania. Ostatnie sprawdzenie: {$at}.
w-apart-title = Sprawy osobne
w-apart-why = Te sprawy są oddzielone od pozostałych. Osoba, której dotyczą, nie może się o nich dowiedzieć.
w-search-cases = Szukaj: numer sprawy, numer własny, instytucja, stan
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
w-answer = Inna odpowiedź
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
w-cancel = Wycofaj skierowanie
w-cancel-why = Druga instytucja zostanie powiadomiona. Wycofania nie można cofnąć; można wysłać nowe.
w-supplement = Uzupełnij
w-category = Rodzaj informacji
w-text = Treść
w-send = Wyślij
w-last = Ostatnio w tej sprawie:
w-nothing-to-do = W tym stanie sprawy nie ma tu nic do zrobienia.
w-fix-without = Wyślij bez: {$what}
w-fix-again = Wyślij ponownie to samo
w-forward-title = Przekazanie sprawy {$number}
w-forward-to = Do kogo
w-forward-include = dołącz
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
w-done-wycofano = Wycofano skierowanie.
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
w-search-directory = Szukaj: nazwa, rodzaj, miejsce (TERYT); polskie litery nie są potrzebne
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
w-mark-good = dobrze
w-mark-warn = uwaga
w-mark-bad = źle
w-check-hub = Połączenie z hubem
w-check-hub-good = połączono: {$since}
w-check-hub-bad = brak połączenia
w-check-hub-todo = Można pracować dalej; sprawy czekają tutaj i wyślą się same. Administrator: sprawdź sieć i adres huba.
w-check-queue = Kolejka
w-check-queue-todo = Nic. Wiadomości wyślą się po powrocie połączenia.
w-check-log = Dziennik regionu
w-check-log-found = ostatni podpisany czas: {$at}
w-check-log-todo = Nowych treści opartych na zgodzie nie można teraz otworzyć po raz pierwszy. Poczekaj na połączenie albo zadzwoń do ROPS.
w-check-clock = Zegar
w-check-clock-ahead = zegar tego komputera spóźnia się wobec huba
w-check-clock-todo = Administrator: włącz synchronizację czasu (timedatectl set-ntp true).
w-check-certificate = Certyfikat węzła
w-check-certificate-found = ważny do {$date}
w-check-certificate-todo = Administrator: poproś ROPS o nowe zaproszenie, zanim ten dzień minie.
w-check-pages = Certyfikat stron
w-check-pages-todo = Administrator: wiez-node web cert; strony wczytają go same.
w-check-disk = Miejsce na dysku
w-check-disk-found = wolne {$mb} MB
w-check-disk-todo = Administrator: zwolnij miejsce; poniżej progu odbiór się wstrzyma i sam ruszy.
w-check-alarms = Alarmy
w-check-alarms-todo = Ktoś musi je obejrzeć: wiez-node alarms

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
w-denied-late-todo = Otwórz sprawę za minutę i sprawdź, czy czynność jest na osi czasu, zanim ją powtórzysz.

w-help-title = Pomoc
w-help-inbox = Skrzynka
w-help-inbox-text = Na górze są sprawy z najbliższym terminem. Numer otwiera sprawę. Szukać można bez polskich liter.
w-help-answer = Jak odpowiedzieć
w-help-answer-text = Otwórz sprawę i wybierz „Przyjmij” albo „Inna odpowiedź”: pytanie, lista oczekujących, odrzucenie z powodem. „Przekaż dalej” wysyła ją do instytucji właściwej.
w-help-refusal = Gdy bramka zatrzyma przekazanie
w-help-refusal-text = Nic wtedy nie opuściło tego węzła. Komunikat mówi, czego brakuje, a przyciski pod nim to naprawiają. Kod można podać przez telefon.
w-help-apart = Sprawy osobne
w-help-apart-text = Sprawy chroniące czyjeś bezpieczeństwo mają własną listę. Nie ma ich w Skrzynce, w wyszukiwaniu ani na wydrukach innych spraw.
w-help-lock = Blokada
w-help-lock-text = Po 10 minutach bez działania sesja się blokuje. Wpisana treść nie ginie: po podaniu hasła idzie dalej. Odchodząc od komputera, wybierz „Zablokuj”.
w-help-keyboard = Klawiatura
w-help-keyboard-text = Wszystko działa klawiszami Tab, Enter i spacją. Pierwszy odnośnik na stronie przeskakuje do treści. W otwartym skierowaniu Enter przyjmuje.
w-help-danger = Zagrożenie życia lub zdrowia
w-help-danger-text = Najpierw zadzwoń pod 112. Wiadomość w Więzi nie zastępuje telefonu.
w-declaration-title = Deklaracja dostępności
w-declaration-who = Strony węzła Więź prowadzi: {$institution}. Wersja {$version}.
w-declaration-state = Stan dostępności
w-declaration-state-text = Strony zaprojektowano według WCAG 2.2 na poziomie AA: działają bez skryptów, przy 200 % tekstu, na ekranie szerokości 320 punktów, z klawiatury i w obu zestawach barw. Badania przez osobę spoza zespołu jeszcze nie było.
w-declaration-keyboard = Skróty klawiszowe
w-declaration-keyboard-text = Nie ma własnych skrótów; działają skróty przeglądarki.
w-declaration-contact = Kontakt
w-declaration-contact-text = Problemy z dostępnością można zgłosić telefonicznie: {$phone}. Odpowiedź należy się w 7 dni.
w-declaration-complaint = Skarga
w-declaration-complaint-text = Gdy odpowiedzi nie ma albo nie pomaga, można złożyć skargę do tej instytucji, a potem zwrócić się do Rzecznika Praw Obywatelskich.

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
w-check-queue-found =
    { $n ->
        [one] { $n } wiadomość w drodze
        *[other] { $n } wiadomości w drodze
    }
w-check-alarms-found =
    { $n ->
        [0] nie ma alarmów
        [one] { $n } alarm
        [few] { $n } alarmy
        *[other] { $n } alarmów
    }
