# Every word of the pages. Ids are flat; $name and friends are put in by the server.

passkey-what = What is a passkey?
passkey-is = A passkey is a key that your phone, computer or security key keeps for you. You open it with your finger, your face or a PIN. It never leaves your device unprotected, it works only on the real site, and there is nothing to remember.
needs-script = Passkeys need JavaScript. Please switch it on for this site and load the page again.

sign-in-title = Sign in
sign-in-to = Sign in to { $name }
sign-in-asks = { $host } asks you to sign in with your { $product } account.
sign-in-again = Please show once more that you are { $name }.
sign-in-field = Your passkey
sign-in-placeholder = Choose a passkey
sign-in-button = Sign in with a passkey
sign-in-other-device = Use another device
sign-in-lost = I lost my passkey
sign-in-other-account = Use another account
sign-in-new = New here?
sign-in-create = Create an account

other-browser-button = Use another browser
other-browser-title = Open this in another browser
other-browser-text = This browser cannot use passkeys; those inside of apps often can’t. Open the link in Safari, Chrome, Firefox or Edge, or scan it with your phone, and begin again there.
other-browser-qr = The link as a QR code

sign-up-title = Create an account
sign-up-text = There is no password. Your passkey is your way in.
sign-up-username = User name
sign-up-display-name = Your name (optional)
sign-up-button = Create a passkey
sign-up-have = You have an account?

enroll-title = Create your passkey
enroll-hello = Welcome, { $name }
enroll-text = Create a passkey for the account { $name }. There is no password: the passkey is your way in.
enroll-button = Create a passkey
enroll-once = This link works once, for you alone.

recover-title = Lost your passkey?
recover-other-device = If another of your devices has a passkey, go back and choose “Use another device”.
recover-code-title = Use a recovery code
recover-code-field = Recovery code
recover-code-button = Go on
recover-neither = I have neither
recover-administrator = Ask the people who run this service for a recovery link. It lets you create a new passkey for your account.
recover-back = Back to sign in

client-policy = Privacy policy
client-terms = Terms of service
form-post-title = Back to the app
form-post-text = You are on your way back. If nothing happens, use the button.
form-post-continue = Continue
consent-title = Allow { $name }?
consent-heading = { $name } would like to know who you are
consent-scope-openid = Know that it is you
consent-scope-profile = Read your name and profile
consent-scope-email = Read your e-mail address
consent-scope-address = Read your postal address
consent-scope-phone = Read your telephone number
consent-scope-offline_access = Know this while you are away, until you withdraw it
consent-scope-other = Use: { $scope }
consent-claim = Read this about you: { $claim }
consent-allow = Allow
consent-deny = Deny
consent-return = You will return to { $host }. Signed in as { $name }.
consent-not-you = Not you?

sign-out-title = Sign out?
sign-out-text = You are signed in as { $name }.
sign-out-button = Sign out
sign-out-stay = Stay signed in
signed-out-title = You are signed out
signed-out-text = Nobody is signed in to { $name } in this browser any more. Apps may keep sessions of their own.
signed-out-again = Sign in again

account-title = Your account
account-tabs = Parts of your account
account-tab-overview = Overview
account-tab-passkeys = Passkeys
account-tab-sessions = Sessions
account-tab-apps = Apps
account-tab-activity = Activity
account-tab-recovery = Recovery
account-tab-profile = Profile
account-hello = Hello, { $name }
account-signed-in = Signed in as { $name }
account-passkeys = { $count ->
    [one] You have one passkey.
   *[other] You have { $count } passkeys.
 }
account-sessions = { $count ->
    [one] You are signed in here and nowhere else.
   *[other] You are signed in in { $count } places.
 }
account-apps = { $count ->
    [0] No app may know who you are.
    [one] One app may know who you are.
   *[other] { $count } apps may know who you are.
 }
account-advice-passkey = If you lose the device with your only passkey, it is gone. Add one on a second device.
account-advice-codes = Recovery codes get you back in when every device is gone. Make ten and keep them on paper.
save = Save
saved = Saved.
sure-yes = Yes
sure-no = Cancel

passkeys-title = Passkeys
passkeys-text = Your ways in. Keep at least two, on different devices.
passkeys-add = Add a passkey
passkeys-elsewhere = On another device
passkeys-elsewhere-title = Add a passkey on another device
passkeys-elsewhere-text = Scan this with the camera of the other device, or open the link there. It works once, for ten minutes. Give it to nobody: whoever opens it first gets into your account.
passkeys-elsewhere-qr = The link as a QR code
passkeys-elsewhere-done = Done
copy-link = Copy the link
copied = The link is copied.
passkeys-unnamed = Passkey
passkeys-synced = Synced
passkeys-bound = Only on one device
passkeys-current = This session
passkeys-created = Added
passkeys-last-used = Last used
passkeys-never-used = Not used yet
passkeys-rename = Rename
passkeys-name = Name
passkeys-remove = Remove
passkeys-remove-this = Remove { $name }
passkeys-sure = Remove “{ $name }”? You cannot sign in with it any more, and where it signed in you are signed out. Delete it on your device, too.
passkeys-one-title = This is your only passkey.
passkeys-one-text = Add one from another provider or device, so that losing it does not lock you out.
passkeys-one-bound-title = Your only passkey lives on a single device.
passkeys-one-bound-text = If you lose that device, you lose your way in. Add a passkey on another device now.
passkeys-bound-title = Each of your passkeys lives on a single device.
passkeys-bound-text = One that is synced, or recovery codes, help when a device breaks.

sessions-title = Sessions
sessions-text = Where you are signed in. End what you do not know.
sessions-current = This browser
sessions-unknown-device = Unknown browser
sessions-began = Since
sessions-seen = Last seen
sessions-apps = Signed in to:
sessions-end = End
sessions-end-this = End the session: { $name }
sessions-sure = End this session ({ $name })? Apps that it signed in to are told.
sessions-end-others = End all others
sessions-sure-others = End every session but this one? Apps that they signed in to are told.

apps-title = Apps
apps-text = Who may know what about you.
apps-none = You have not allowed any app to know who you are.
apps-since = Allowed
apps-last-used = Last signed in
apps-not-asked = It belongs to this service, and nobody is asked.
apps-withdraw = Withdraw
apps-withdraw-this = Withdraw what { $name } may know
apps-sure = Withdraw what { $name } may know? It is signed out of your account here, and must ask again.

activity-title = Activity
activity-text = What happened to your account, newest first. Do you not recognise something? Remove that passkey, and end all other sessions.
activity-failure = Refused
activity-older = Older
event-user-created = Your account was made
event-user-disabled = Your account was switched off
event-user-enabled = Your account was switched on again
event-user-profile-updated = You changed your profile
event-user-exported = You were given everything that is held about you
event-user-deletion-requested = You asked for your account to be deleted
event-user-deletion-cancelled = You kept your account
event-user-deleted = Your account was deleted
event-enrollment-link-created = A link for a new passkey was made
event-credential-registered = A passkey was added
event-credential-renamed = A passkey was renamed
event-credential-revoked = A passkey was removed
event-credential-counter-regressed = A passkey may have been copied, and was refused
event-credential-backup-eligible-upgraded = A passkey became one that is synced
event-credential-unreadable = A passkey could not be read
event-recovery-codes-created = Recovery codes were made
event-recovery-code-used = A recovery code was used
event-session-authenticated = Sign-in with a passkey
event-session-stepped-up = A passkey confirmed a change
event-session-ended = A session ended
event-session-all-revoked = Sessions were ended
event-backchannel-logout-sent = An app was told that a session ended
event-consent-decided = You decided what an app may know
event-consent-withdrawn = You withdrew what an app may know
event-token-refreshed = An app renewed its sign-in
event-refresh-token-replayed = An old token of an app came again: its sign-in was ended
event-token-revoked = An app gave its sign-in back
event-authorization-code-issued = Sign-in to an app
event-authorization-code-redeemed = An app completed your sign-in
event-authorization-code-replayed = An app’s code came twice: its sign-in was ended

recovery-title = Recovery
recovery-text = What gets you back in when a device is lost or broken.
recovery-passkeys = A second one on another device is the best way back.
recovery-to-passkeys = See your passkeys
recovery-codes-title = Recovery codes
recovery-codes-left = { $count ->
    [0] You have no recovery codes.
    [one] One recovery code is left.
   *[other] { $count } recovery codes are left.
 }
recovery-codes-few = Each code lets you create a new passkey, once. Keep them where you keep your passport.
recovery-codes-create = Make ten new codes
recovery-codes-sure = Make ten new codes? The codes that you have now stop working.
recovery-codes-once = These codes are shown once.
recovery-codes-keep = Print them, or keep the file in a safe place that is not your phone.
recovery-codes-print = Print
recovery-codes-download = Save as a file
recovery-codes-file = Recovery codes for { $name }. Each works once. Whoever has them can get into your account.
recovery-otherwise-title = When nothing else is left

profile-title = Profile
profile-text = What you say of yourself. Apps see what you allow them to see.
profile-email = E-mail address
profile-name = Full name
profile-given-name = First name
profile-family-name = Last name
profile-middle-name = Middle name
profile-address = Address, as one writes it
profile-nickname = Nickname
profile-website = Website
profile-birthdate = Date of birth (YYYY-MM-DD)
profile-gender = Gender
profile-phone = Telephone (+49 30 …)
profile-locale = Language (en-GB)
profile-zone = Time zone (Europe/Paris)
profile-street = Street
profile-postal-code = Postal code
profile-city = Town
profile-region = State or province
profile-country = Country
profile-export-title = Your data
profile-export-text = What is held about you, as a file.
profile-export-button = Save my data
profile-delete-title = Delete your account
profile-delete-text = You are signed out everywhere at once, apps too. The account itself goes after seven days; until then you can sign in and keep it.
profile-delete-button = Delete my account
profile-delete-sure = Delete your account? You are signed out everywhere, apps too. After seven days it is gone, and apps cannot know you again; until then you can sign in and keep it. A log of what happened stays with the service, without addresses.
profile-going = Your account goes:
profile-keep = Keep my account

ceremony-checking = Checking…
dom-not-allowed = That was cancelled or took too long. Nothing happened: try again when you are ready.
dom-invalid-state = This device already has a passkey for this account. You can sign in with it.
dom-security = This page is not allowed to use passkeys of this service. Please tell the people who run it that the address of this page does not fit its passkeys.
dom-not-supported = This browser or device cannot use passkeys. Try another browser, or use another device.
dom-constraint = This device cannot check that it is you. Set up a PIN, fingerprint or face first, or use another device.
dom-timeout = The server did not answer in time. Please try again.
dom-network = The server could not be reached. Check your connection and try again.
dom-unknown = Your device could not do that. Please try again, or use another device.
code-verification-failed = This passkey could not be verified. Try again, or use another one.
code-credential-unknown = This passkey is not known here. Choose another one.
code-ceremony-expired = That took too long. Please try again.
code-ceremony-spent = That was already done. Please try again.
code-session-required = You are no longer signed in. Go back to the app and start again.
code-not-found = This sign-in is over. Go back to the app and start again.
code-csrf-failed = This page is out of date. Please reload it.
code-username-taken = This name is taken. Please choose another one.
code-invalid-request = That could not be understood. Please reload the page and try again.
code-invalid-username = That cannot be used as a user name: no spaces, and at most 64 characters.
code-sign-up-closed = Accounts are made by invitation here.
code-link-spent = This link cannot be used any more. Ask for a new one.
code-other-session = Somebody else is signed in in this browser. Sign out first, then open the link again.
code-last-passkey = This is your last passkey. Add another one or make recovery codes first, so that you can still get in.
code-last-administrator = Nobody else could administer this service. Make another administrator first.
code-recovery-failed = Name and code do not fit, or the code was used before.
code-step-up-required = This needs your passkey once more. Please try again.
code-rate-limited = That was too often. Please wait a moment.
code-unavailable = The server is busy. Please try again in a moment.
code-internal = Something went wrong on our side. Please try again.

error-to-account = Go to your account
error-request-id = If you ask for help, mention request
error-request-title = This request cannot be understood
error-request-text = Something is missing, wrong or too long in the request that brought you here. Go back to the app and start again.
error-not-found-title = There is nothing here
error-not-found-text = The address may be mistyped, or the page has moved.
error-unavailable-title = Please try again in a moment
error-unavailable-text = The service is busy or resting for a moment. Nothing of yours is lost.
error-rate-limited-title = Too many requests from here
error-rate-limited-text = Please wait a moment, then try again. If you share your network with many others, it may be them. Nothing of yours is lost.
error-internal-title = Something went wrong on our side
error-internal-text = It is not your fault, and nothing of yours is lost. Please try again. If it happens again, tell the people who run this service.
error-unknown-client-title = This app is not known here
error-unknown-client-text = The app that sent you is not registered, or is switched off. If you run it, register it and use its exact client id:
error-redirect-uri-title = { $name } sent us an address that we don’t know
error-redirect-uri-text = The app asked to return to a page that is not registered for it, so nothing was shared with it. If you run { $name }, register this exact address:
error-redirect-uri-missing-title = { $name } did not say where to return to
error-redirect-uri-missing-text = Nothing was shared with it. If you run { $name }, add the redirect_uri parameter to its requests.
error-request-over-title = This sign-in is over
error-request-over-text = It was finished before, took too long, or was begun in another browser. Start again from the app.
error-request-over-link = Start again
error-link-spent-title = This link cannot be used any more
error-link-spent-text = It was used, has expired, or was replaced by a newer one. Ask the person who sent it for a new one.
error-other-session-title = Somebody else is signed in here
error-other-session-text = This link is for another account. Sign out first, then open the link again.
error-other-session-link = Sign out
error-sign-up-closed-title = Accounts are made by invitation
error-sign-up-closed-text = Ask the people who run this service for an invitation.
error-prefetch-title = Not ahead of time
error-prefetch-text = A sign-in cannot be loaded before you ask for it.

docs-title = For developers
docs-oidc = OpenID Connect
docs-account = Ceremonies and account
docs-plain = The document as JSON
