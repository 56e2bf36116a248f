# Alle Wörter der Seiten. Die Namen sind flach; $name und Verwandte setzt der Server ein.

passkey-what = Was ist ein Passkey?
passkey-is = Ein Passkey ist ein Schlüssel, den Ihr Telefon, Ihr Computer oder Ihr Sicherheitsschlüssel für Sie verwahrt. Sie öffnen ihn mit Finger, Gesicht oder PIN. Er verlässt Ihr Gerät nie ungeschützt, er passt nur zur echten Website, und Sie müssen sich nichts merken.
needs-script = Passkeys brauchen JavaScript. Bitte schalten Sie es für diese Website ein und laden Sie die Seite neu.

sign-in-title = Anmelden
sign-in-to = Bei { $name } anmelden
sign-in-asks = { $host } bittet Sie, sich mit Ihrem { $product }-Konto anzumelden.
sign-in-again = Bitte zeigen Sie noch einmal, dass Sie { $name } sind.
sign-in-field = Ihr Passkey
sign-in-placeholder = Passkey auswählen
sign-in-button = Mit Passkey anmelden
sign-in-other-device = Anderes Gerät verwenden
sign-in-lost = Passkey verloren
sign-in-other-account = Anderes Konto verwenden
sign-in-new = Neu hier?
sign-in-create = Konto erstellen

other-browser-button = Anderen Browser verwenden
other-browser-title = Öffnen Sie dies in einem anderen Browser
other-browser-text = Dieser Browser kann keine Passkeys verwenden; Browser innerhalb von Apps können es oft nicht. Öffnen Sie den Link in Safari, Chrome, Firefox oder Edge, oder scannen Sie ihn mit Ihrem Telefon, und beginnen Sie dort von vorn.
other-browser-qr = Der Link als QR-Code

sign-up-title = Konto erstellen
sign-up-text = Es gibt kein Passwort. Ihr Passkey ist Ihr Zugang.
sign-up-username = Benutzername
sign-up-display-name = Ihr Name (freiwillig)
sign-up-button = Passkey erstellen
sign-up-have = Haben Sie schon ein Konto?

enroll-title = Passkey erstellen
enroll-hello = Willkommen, { $name }
enroll-text = Erstellen Sie einen Passkey für das Konto { $name }. Es gibt kein Passwort: Der Passkey ist Ihr Zugang.
enroll-button = Passkey erstellen
enroll-once = Dieser Link gilt einmal, für Sie allein.

recover-title = Passkey verloren?
recover-other-device = Wenn ein anderes Ihrer Geräte einen Passkey hat, gehen Sie zurück und wählen Sie „Anderes Gerät verwenden“.
recover-code-title = Wiederherstellungscode verwenden
recover-code-field = Wiederherstellungscode
recover-code-button = Weiter
recover-neither = Ich habe keines von beiden
recover-administrator = Bitten Sie die Betreiber dieses Dienstes um einen Wiederherstellungslink. Damit erstellen Sie einen neuen Passkey für Ihr Konto.
recover-back = Zurück zur Anmeldung

client-policy = Datenschutz
client-terms = Nutzungsbedingungen
form-post-title = Zurück zur App
form-post-text = Sie sind auf dem Weg zurück. Wenn nichts geschieht, nehmen Sie die Schaltfläche.
form-post-continue = Weiter
consent-title = { $name } erlauben?
consent-heading = { $name } möchte wissen, wer Sie sind
consent-scope-openid = Wissen, dass Sie es sind
consent-scope-profile = Ihren Namen und Ihr Profil lesen
consent-scope-email = Ihre E-Mail-Adresse lesen
consent-scope-address = Ihre Postanschrift lesen
consent-scope-phone = Ihre Telefonnummer lesen
consent-scope-offline_access = Das auch wissen, während Sie fort sind, bis Sie es widerrufen
consent-scope-other = Verwenden: { $scope }
consent-claim = Dies über Sie lesen: { $claim }
consent-allow = Erlauben
consent-deny = Ablehnen
consent-return = Sie kehren zu { $host } zurück. Angemeldet als { $name }.
consent-not-you = Sind Sie das nicht?

sign-out-title = Abmelden?
sign-out-text = Sie sind als { $name } angemeldet.
sign-out-button = Abmelden
sign-out-stay = Angemeldet bleiben
signed-out-title = Sie sind abgemeldet
signed-out-text = In diesem Browser ist niemand mehr bei { $name } angemeldet. Apps können eigene Sitzungen behalten.
signed-out-again = Wieder anmelden

account-title = Ihr Konto
account-tabs = Bereiche Ihres Kontos
account-tab-overview = Übersicht
account-tab-passkeys = Passkeys
account-tab-sessions = Sitzungen
account-tab-apps = Apps
account-tab-activity = Aktivität
account-tab-recovery = Wiederherstellung
account-tab-profile = Profil
account-hello = Hallo, { $name }
account-signed-in = Angemeldet als { $name }
account-passkeys = { $count ->
    [one] Sie haben einen Passkey.
   *[other] Sie haben { $count } Passkeys.
 }
account-sessions = { $count ->
    [one] Sie sind hier angemeldet und sonst nirgends.
   *[other] Sie sind an { $count } Stellen angemeldet.
 }
account-apps = { $count ->
    [0] Keine App darf wissen, wer Sie sind.
    [one] Eine App darf wissen, wer Sie sind.
   *[other] { $count } Apps dürfen wissen, wer Sie sind.
 }
account-advice-passkey = Wenn Sie das Gerät mit Ihrem einzigen Passkey verlieren, ist er fort. Erstellen Sie einen zweiten auf einem anderen Gerät.
account-advice-codes = Wiederherstellungscodes bringen Sie zurück, wenn alle Geräte fort sind. Erstellen Sie zehn und bewahren Sie sie auf Papier auf.
save = Speichern
saved = Gespeichert.
sure-yes = Ja
sure-no = Abbrechen

passkeys-title = Passkeys
passkeys-text = Ihre Zugänge. Behalten Sie mindestens zwei, auf verschiedenen Geräten.
passkeys-add = Passkey hinzufügen
passkeys-elsewhere = Auf einem anderen Gerät
passkeys-elsewhere-title = Passkey auf einem anderen Gerät hinzufügen
passkeys-elsewhere-text = Scannen Sie dies mit der Kamera des anderen Geräts, oder öffnen Sie dort den Link. Er gilt einmal, zehn Minuten lang. Geben Sie ihn niemandem: Wer ihn zuerst öffnet, kommt in Ihr Konto.
passkeys-elsewhere-qr = Der Link als QR-Code
passkeys-elsewhere-done = Fertig
copy-link = Link kopieren
copied = Der Link ist kopiert.
passkeys-unnamed = Passkey
passkeys-synced = Synchronisiert
passkeys-bound = Nur auf einem Gerät
passkeys-current = Diese Sitzung
passkeys-created = Hinzugefügt
passkeys-last-used = Zuletzt benutzt
passkeys-never-used = Noch nicht benutzt
passkeys-rename = Umbenennen
passkeys-name = Name
passkeys-remove = Entfernen
passkeys-remove-this = { $name } entfernen
passkeys-sure = „{ $name }“ entfernen? Sie können sich damit nicht mehr anmelden, und wo Sie damit angemeldet sind, werden Sie abgemeldet. Löschen Sie ihn auch auf Ihrem Gerät.
passkeys-one-title = Das ist Ihr einziger Passkey.
passkeys-one-text = Erstellen Sie einen weiteren bei einem anderen Anbieter oder auf einem anderen Gerät, damit sein Verlust Sie nicht aussperrt.
passkeys-one-bound-title = Ihr einziger Passkey liegt auf einem einzigen Gerät.
passkeys-one-bound-text = Verlieren Sie dieses Gerät, verlieren Sie Ihren Zugang. Erstellen Sie jetzt einen Passkey auf einem anderen Gerät.
passkeys-bound-title = Jeder Ihrer Passkeys liegt auf einem einzigen Gerät.
passkeys-bound-text = Ein synchronisierter Passkey oder Wiederherstellungscodes helfen, wenn ein Gerät ausfällt.

sessions-title = Sitzungen
sessions-text = Wo Sie angemeldet sind. Beenden Sie, was Sie nicht kennen.
sessions-current = Dieser Browser
sessions-unknown-device = Unbekannter Browser
sessions-began = Seit
sessions-seen = Zuletzt gesehen
sessions-apps = Angemeldet bei:
sessions-end = Beenden
sessions-end-this = Sitzung beenden: { $name }
sessions-sure = Diese Sitzung ({ $name }) beenden? Apps, bei denen sie angemeldet ist, erfahren davon.
sessions-end-others = Alle anderen beenden
sessions-sure-others = Alle Sitzungen außer dieser beenden? Apps, bei denen sie angemeldet sind, erfahren davon.

apps-title = Apps
apps-text = Wer was über Sie wissen darf.
apps-none = Sie haben keiner App erlaubt zu wissen, wer Sie sind.
apps-since = Erlaubt
apps-last-used = Letzte Anmeldung
apps-not-asked = Sie gehört zu diesem Dienst, und niemand wird gefragt.
apps-withdraw = Widerrufen
apps-withdraw-this = Widerrufen, was { $name } wissen darf
apps-sure = Widerrufen, was { $name } wissen darf? Die App wird von Ihrem Konto abgemeldet und muss neu fragen.

activity-title = Aktivität
activity-text = Was mit Ihrem Konto geschah, das Neueste zuerst. Kennen Sie etwas nicht? Entfernen Sie diesen Passkey und beenden Sie alle anderen Sitzungen.
activity-failure = Abgelehnt
activity-older = Ältere
event-user-created = Ihr Konto wurde erstellt
event-user-disabled = Ihr Konto wurde abgeschaltet
event-user-enabled = Ihr Konto wurde wieder eingeschaltet
event-user-profile-updated = Sie änderten Ihr Profil
event-user-exported = Sie erhielten alles, was über Sie gespeichert ist
event-user-deletion-requested = Sie wollten Ihr Konto löschen
event-user-deletion-cancelled = Sie behielten Ihr Konto
event-user-deleted = Ihr Konto wurde gelöscht
event-enrollment-link-created = Ein Link für einen neuen Passkey wurde erstellt
event-credential-registered = Ein Passkey wurde hinzugefügt
event-credential-renamed = Ein Passkey wurde umbenannt
event-credential-revoked = Ein Passkey wurde entfernt
event-credential-counter-regressed = Ein Passkey wurde vielleicht kopiert und abgelehnt
event-credential-backup-eligible-upgraded = Ein Passkey wird jetzt synchronisiert
event-credential-unreadable = Ein Passkey konnte nicht gelesen werden
event-recovery-codes-created = Wiederherstellungscodes wurden erstellt
event-recovery-code-used = Ein Wiederherstellungscode wurde benutzt
event-session-authenticated = Anmeldung mit einem Passkey
event-session-stepped-up = Ein Passkey bestätigte eine Änderung
event-session-ended = Eine Sitzung endete
event-session-all-revoked = Sitzungen wurden beendet
event-backchannel-logout-sent = Eine App erfuhr, dass eine Sitzung endete
event-consent-decided = Sie entschieden, was eine App wissen darf
event-consent-withdrawn = Sie widerriefen, was eine App wissen darf
event-token-refreshed = Eine App erneuerte ihre Anmeldung
event-refresh-token-replayed = Ein altes Token einer App kam noch einmal: Ihre Anmeldung wurde beendet
event-token-revoked = Eine App gab ihre Anmeldung zurück
event-authorization-code-issued = Anmeldung bei einer App
event-authorization-code-redeemed = Eine App schloss Ihre Anmeldung ab
event-authorization-code-replayed = Der Code einer App kam zweimal: Ihre Anmeldung wurde beendet

recovery-title = Wiederherstellung
recovery-text = Was Sie zurückbringt, wenn ein Gerät verloren oder kaputt ist.
recovery-passkeys = Ein zweiter auf einem anderen Gerät ist der beste Weg zurück.
recovery-to-passkeys = Ihre Passkeys ansehen
recovery-codes-title = Wiederherstellungscodes
recovery-codes-left = { $count ->
    [0] Sie haben keine Wiederherstellungscodes.
    [one] Ein Wiederherstellungscode ist übrig.
   *[other] { $count } Wiederherstellungscodes sind übrig.
 }
recovery-codes-few = Mit jedem Code können Sie einmal einen neuen Passkey erstellen. Bewahren Sie die Codes auf, wo Ihr Reisepass liegt.
recovery-codes-create = Zehn neue Codes erstellen
recovery-codes-sure = Zehn neue Codes erstellen? Die bisherigen Codes gelten dann nicht mehr.
recovery-codes-once = Diese Codes werden nur jetzt gezeigt.
recovery-codes-keep = Drucken Sie sie aus, oder verwahren Sie die Datei an einem sicheren Ort, der nicht Ihr Telefon ist.
recovery-codes-print = Drucken
recovery-codes-download = Als Datei speichern
recovery-codes-file = Wiederherstellungscodes für { $name }. Jeder gilt einmal. Wer sie hat, kommt in Ihr Konto.
recovery-otherwise-title = Wenn nichts anderes bleibt

profile-title = Profil
profile-text = Was Sie über sich sagen. Apps sehen, was Sie ihnen erlauben.
profile-email = E-Mail-Adresse
profile-name = Ganzer Name
profile-given-name = Vorname
profile-family-name = Nachname
profile-middle-name = Zweiter Vorname
profile-address = Anschrift, wie man sie schreibt
profile-nickname = Rufname
profile-website = Website
profile-birthdate = Geburtsdatum (JJJJ-MM-TT)
profile-gender = Geschlecht
profile-phone = Telefon (+49 30 …)
profile-locale = Sprache (de-CH)
profile-zone = Zeitzone (Europe/Berlin)
profile-street = Straße
profile-postal-code = Postleitzahl
profile-city = Ort
profile-region = Bundesland oder Kanton
profile-country = Land
profile-export-title = Ihre Daten
profile-export-text = Was über Sie gespeichert ist, als Datei.
profile-export-button = Meine Daten speichern
profile-delete-title = Konto löschen
profile-delete-text = Sie werden sofort überall abgemeldet, auch in Apps. Das Konto selbst geht nach sieben Tagen; bis dahin können Sie sich anmelden und es behalten.
profile-delete-button = Mein Konto löschen
profile-delete-sure = Ihr Konto löschen? Sie werden überall abgemeldet, auch in Apps. Nach sieben Tagen ist es fort, und Apps können Sie nicht wiedererkennen; bis dahin können Sie sich anmelden und es behalten. Beim Dienst bleibt ein Protokoll dessen, was geschah, ohne Adressen.
profile-going = Ihr Konto geht:
profile-keep = Mein Konto behalten

ceremony-checking = Wird geprüft …
dom-not-allowed = Das wurde abgebrochen oder dauerte zu lange. Es ist nichts geschehen: Versuchen Sie es noch einmal, wenn Sie so weit sind.
dom-invalid-state = Dieses Gerät hat schon einen Passkey für dieses Konto. Sie können sich damit anmelden.
dom-security = Diese Seite darf die Passkeys dieses Dienstes nicht verwenden. Bitte sagen Sie den Betreibern, dass die Adresse dieser Seite nicht zu den Passkeys passt.
dom-not-supported = Dieser Browser oder dieses Gerät kann keine Passkeys verwenden. Versuchen Sie einen anderen Browser oder ein anderes Gerät.
dom-constraint = Dieses Gerät kann nicht prüfen, dass Sie es sind. Richten Sie zuerst PIN, Fingerabdruck oder Gesicht ein, oder nehmen Sie ein anderes Gerät.
dom-timeout = Der Server hat nicht rechtzeitig geantwortet. Bitte versuchen Sie es noch einmal.
dom-network = Der Server war nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.
dom-unknown = Ihr Gerät konnte das nicht. Bitte versuchen Sie es noch einmal, oder nehmen Sie ein anderes Gerät.
code-verification-failed = Dieser Passkey konnte nicht geprüft werden. Versuchen Sie es noch einmal, oder nehmen Sie einen anderen.
code-credential-unknown = Dieser Passkey ist hier nicht bekannt. Wählen Sie einen anderen.
code-ceremony-expired = Das dauerte zu lange. Bitte versuchen Sie es noch einmal.
code-ceremony-spent = Das wurde schon erledigt. Bitte versuchen Sie es noch einmal.
code-session-required = Sie sind nicht mehr angemeldet. Gehen Sie zurück zur App und beginnen Sie von vorn.
code-not-found = Diese Anmeldung ist vorbei. Gehen Sie zurück zur App und beginnen Sie von vorn.
code-csrf-failed = Diese Seite ist veraltet. Bitte laden Sie sie neu.
code-username-taken = Dieser Name ist vergeben. Bitte wählen Sie einen anderen.
code-invalid-request = Das war nicht zu verstehen. Bitte laden Sie die Seite neu und versuchen Sie es noch einmal.
code-invalid-username = Das geht nicht als Benutzername: keine Leerzeichen, höchstens 64 Zeichen.
code-sign-up-closed = Konten gibt es hier nur auf Einladung.
code-link-spent = Dieser Link gilt nicht mehr. Bitten Sie um einen neuen.
code-other-session = In diesem Browser ist jemand anders angemeldet. Melden Sie sich zuerst ab und öffnen Sie den Link dann noch einmal.
code-last-passkey = Das ist Ihr letzter Passkey. Fügen Sie zuerst einen weiteren hinzu oder erstellen Sie Wiederherstellungscodes, damit Sie noch hineinkommen.
code-last-administrator = Sonst könnte niemand diesen Dienst verwalten. Ernennen Sie zuerst einen anderen Verwalter.
code-recovery-failed = Name und Code passen nicht zusammen, oder der Code wurde schon benutzt.
code-step-up-required = Dafür brauchen wir noch einmal Ihren Passkey. Bitte versuchen Sie es erneut.
code-rate-limited = Das war zu oft. Bitte warten Sie einen Moment.
code-unavailable = Der Server ist beschäftigt. Bitte versuchen Sie es gleich noch einmal.
code-internal = Bei uns ist etwas schiefgegangen. Bitte versuchen Sie es noch einmal.

error-to-account = Zu Ihrem Konto
error-request-id = Wenn Sie um Hilfe bitten, nennen Sie die Anfrage
error-request-title = Diese Anfrage ist nicht zu verstehen
error-request-text = In der Anfrage, die Sie hierher brachte, fehlt etwas, ist etwas falsch oder zu lang. Gehen Sie zurück zur App und beginnen Sie von vorn.
error-not-found-title = Hier ist nichts
error-not-found-text = Vielleicht ist die Adresse vertippt, oder die Seite ist umgezogen.
error-unavailable-title = Bitte versuchen Sie es gleich noch einmal
error-unavailable-text = Der Dienst ist beschäftigt oder ruht einen Moment. Von Ihren Daten ist nichts verloren.
error-rate-limited-title = Zu viele Anfragen von hier
error-rate-limited-text = Bitte warten Sie einen Moment und versuchen Sie es dann noch einmal. Wenn Sie Ihr Netz mit vielen teilen, können es auch andere sein. Von Ihren Daten ist nichts verloren.
error-internal-title = Bei uns ist etwas schiefgegangen
error-internal-text = Es liegt nicht an Ihnen, und von Ihren Daten ist nichts verloren. Bitte versuchen Sie es noch einmal. Geschieht es wieder, sagen Sie es den Betreibern dieses Dienstes.
error-unknown-client-title = Diese App ist hier nicht bekannt
error-unknown-client-text = Die App, die Sie schickte, ist nicht registriert oder abgeschaltet. Wenn Sie sie betreiben, registrieren Sie sie und verwenden Sie genau ihre Client-ID:
error-redirect-uri-title = { $name } schickte uns eine Adresse, die wir nicht kennen
error-redirect-uri-text = Die App wollte zu einer Seite zurückkehren, die nicht für sie registriert ist; deshalb hat sie nichts erfahren. Wenn Sie { $name } betreiben, registrieren Sie genau diese Adresse:
error-redirect-uri-missing-title = { $name } sagte nicht, wohin es zurückgeht
error-redirect-uri-missing-text = Die App hat nichts erfahren. Wenn Sie { $name } betreiben, fügen Sie ihren Anfragen den Parameter redirect_uri hinzu.
error-request-over-title = Diese Anmeldung ist vorbei
error-request-over-text = Sie war schon beendet, dauerte zu lange oder begann in einem anderen Browser. Beginnen Sie in der App von vorn.
error-request-over-link = Von vorn beginnen
error-link-spent-title = Dieser Link gilt nicht mehr
error-link-spent-text = Er wurde benutzt, ist abgelaufen oder wurde durch einen neueren ersetzt. Bitten Sie den, der ihn schickte, um einen neuen.
error-other-session-title = Hier ist jemand anders angemeldet
error-other-session-text = Dieser Link ist für ein anderes Konto. Melden Sie sich zuerst ab und öffnen Sie den Link dann noch einmal.
error-other-session-link = Abmelden
error-sign-up-closed-title = Konten gibt es nur auf Einladung
error-sign-up-closed-text = Bitten Sie die Betreiber dieses Dienstes um eine Einladung.
error-prefetch-title = Nicht im Voraus
error-prefetch-text = Eine Anmeldung kann erst geladen werden, wenn Sie sie verlangen.

docs-title = Für Entwickler
docs-oidc = OpenID Connect
docs-account = Passkeys und Konto
docs-plain = Das Dokument als JSON
