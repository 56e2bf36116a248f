// An answer that travels by form (OAuth 2.0 Form Post Response Mode): sent once, and by hand where that fails.
'use strict';

document.getElementById('form-post').submit();
