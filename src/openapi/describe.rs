//! Types that describe a served handler to poem-openapi and add nothing to it.

use std::marker::PhantomData;

use poem::{IntoResponse, Request, RequestBody, Response};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ApiResponse, ExtractParamOptions,
    payload::Payload,
    registry::{MetaMediaType, MetaParamIn, MetaRequest, MetaResponses, MetaSchemaRef, Registry},
    types::{ToJSON, Type},
};

/// The metadata of a parameter or security scheme; nothing is extracted, so nothing can fail.
pub struct Described<E>(PhantomData<fn() -> E>);

impl<'a, E: ApiExtractor<'a>> ApiExtractor<'a> for Described<E> {
    const TYPES: &'static [ApiExtractorType] = E::TYPES;
    const PARAM_IS_REQUIRED: bool = E::PARAM_IS_REQUIRED;

    type ParamType = E::ParamType;
    type ParamRawType = E::ParamRawType;

    fn register(registry: &mut Registry) {
        E::register(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        E::security_schemes()
    }

    fn has_security_fallback() -> bool {
        E::has_security_fallback()
    }

    fn param_in() -> Option<MetaParamIn> {
        E::param_in()
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        E::param_schema_ref()
    }

    fn request_meta() -> Option<MetaRequest> {
        E::request_meta()
    }

    async fn from_request(
        _request: &'a Request,
        _body: &mut RequestBody,
        _options: ExtractParamOptions<Self::ParamType>,
    ) -> poem::Result<Self> {
        Ok(Self(PhantomData))
    }
}

/// The metadata of a request body; the body is left where it is.
pub struct DescribedBody<P>(PhantomData<fn() -> P>);

impl<'a, P: Payload> ApiExtractor<'a> for DescribedBody<P> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        P::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = vec![MetaMediaType { content_type: P::CONTENT_TYPE, schema: P::schema_ref() }];
        Some(MetaRequest { description: None, content, required: true })
    }

    async fn from_request(
        _request: &'a Request,
        _body: &mut RequestBody,
        _options: ExtractParamOptions<Self::ParamType>,
    ) -> poem::Result<Self> {
        Ok(Self(PhantomData))
    }
}

/// The real response, described by `R`.
pub struct Answer<R> {
    response: Response,
    described: PhantomData<fn() -> R>,
}

impl<R> From<Response> for Answer<R> {
    fn from(response: Response) -> Self {
        Self { response, described: PhantomData }
    }
}

impl<R> IntoResponse for Answer<R> {
    fn into_response(self) -> Response {
        self.response
    }
}

impl<R: ApiResponse> ApiResponse for Answer<R> {
    fn meta() -> MetaResponses {
        R::meta()
    }

    fn register(registry: &mut Registry) {
        R::register(registry);
    }
}

/// JSON as it is served: poem-openapi's own `Json` would be documented with a charset parameter.
pub struct PlainJson<T>(pub T);

impl<T: Type> Payload for PlainJson<T> {
    const CONTENT_TYPE: &'static str = "application/json";

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: ToJSON> IntoResponse for PlainJson<T> {
    fn into_response(self) -> Response {
        Response::builder().content_type(Self::CONTENT_TYPE).body(self.0.to_json_string())
    }
}

macro_rules! text_payloads {
    ($($(#[doc = $doc:literal])+ $name:ident = $media_type:literal,)+) => { $(
        $(#[doc = $doc])+
        pub struct $name(pub String);

        impl Payload for $name {
            const CONTENT_TYPE: &'static str = $media_type;

            fn schema_ref() -> MetaSchemaRef {
                String::schema_ref()
            }
        }

        impl IntoResponse for $name {
            fn into_response(self) -> Response {
                Response::builder().content_type(Self::CONTENT_TYPE).body(self.0)
            }
        }
    )+ };
}

text_payloads! {
    /// A signed JWT (RFC 7519 10.3.1).
    Jwt = "application/jwt",
    /// A line of JSON for each.
    JsonLines = "application/jsonl",
    /// RFC 4180.
    Csv = "text/csv",
}

/// A problem document (RFC 9457).
pub struct ProblemJson<T>(pub T);

impl<T: Type> Payload for ProblemJson<T> {
    const CONTENT_TYPE: &'static str = "application/problem+json";

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: ToJSON> IntoResponse for ProblemJson<T> {
    fn into_response(self) -> Response {
        Response::builder().content_type(Self::CONTENT_TYPE).body(self.0.to_json_string())
    }
}
