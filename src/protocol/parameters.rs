//! Parameters of an OAuth request as they came (RFC 6749 3.1, appendix B).

use super::error_code::OAuthError;

/// Decoded pairs in their order. An empty value counts as omitted (RFC 6749 3.1).
#[derive(Clone, Default)]
pub struct Parameters(Vec<(String, String)>);

/// Many times more than any real request has.
const MAX_PARAMETERS: usize = 100;

impl Parameters {
    /// Decodes `application/x-www-form-urlencoded`.
    ///
    /// # Errors
    /// `invalid_request` for more than a hundred parameters, or text that is not UTF-8.
    pub fn parse(encoded: &[u8]) -> Result<Self, OAuthError> {
        let pairs: Vec<_> = url::form_urlencoded::parse(encoded).into_owned().take(MAX_PARAMETERS + 1).collect();
        if pairs.len() > MAX_PARAMETERS {
            return Err(OAuthError::invalid_request("too many parameters"));
        }
        // PostgreSQL keeps no NUL in text; U+FFFD stands where bytes were no UTF-8, and would come back altered.
        let bad = |text: &str| text.contains(['\0', char::REPLACEMENT_CHARACTER]);
        if pairs.iter().any(|(name, value)| bad(name) || bad(value)) {
            return Err(OAuthError::invalid_request("a parameter is not UTF-8 text"));
        }
        Ok(Self(pairs))
    }

    /// Pairs that came another way.
    #[must_use]
    pub fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// These, and of `others` what these lack; without the parameters in `except`.
    #[must_use]
    pub fn over(mut self, others: &Self, except: &[&str]) -> Self {
        let lacking = |(name, _): &&(String, String)| {
            !except.contains(&name.as_str()) && !self.0.iter().any(|(known, _)| known == name)
        };
        let more: Vec<_> = others.0.iter().filter(lacking).cloned().collect();
        self.0.extend(more);
        self
    }

    /// The value of a parameter; the first if it is repeated.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, value)| n == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// All pairs, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// All values of a parameter that may repeat.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(n, value)| n == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// Whether this parameter comes more than once, with a value or without.
    #[must_use]
    pub fn is_repeated(&self, name: &str) -> bool {
        self.0.iter().filter(|(n, _)| n == name).count() > 1
    }

    /// Refuses repeated parameters (RFC 6749 3.1); `resource` may repeat (RFC 8707 2).
    ///
    /// # Errors
    /// `invalid_request` when one is repeated.
    pub fn refuse_repeated(&self) -> Result<(), OAuthError> {
        match self.0.iter().any(|(name, _)| name != "resource" && self.is_repeated(name)) {
            true => Err(OAuthError::invalid_request("a parameter is repeated")),
            false => Ok(()),
        }
    }

    /// The pairs, encoded anew.
    #[must_use]
    pub fn encode(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_is_omitted_and_repeats_are_refused() {
        let parameters = Parameters::parse(b"a=1&b=&c=%2B+x").unwrap();
        assert_eq!((parameters.find("b"), parameters.find("c")), (None, Some("+ x")));
        Parameters::parse(b"a=&a=1").unwrap().refuse_repeated().unwrap_err();
        assert!(Parameters::parse(b"a=%00").is_err());
        assert!(Parameters::parse(b"a=%ff%fe").is_err());
        parameters.refuse_repeated().unwrap();
        Parameters::parse(b"a=1&a=1").unwrap().refuse_repeated().unwrap_err();
        Parameters::parse(b"resource=1&resource=2").unwrap().refuse_repeated().unwrap();
        assert!(Parameters::parse("a=1&".repeat(101).as_bytes()).is_err());
    }
}
