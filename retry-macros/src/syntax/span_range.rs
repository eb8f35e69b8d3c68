//! Spans of the user's code, for generated code that rustc's messages are about.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};

/// The first and the last span of a piece of the user's code. A generated expression
/// whose first and last tokens have them is underlined as that code. `Span::join` would
/// make one span of the two, and does nothing on stable.
#[derive(Clone, Copy)]
pub(crate) struct SpanRange {
    first: Span,
    last: Span,
}

impl SpanRange {
    pub(crate) fn of(tokens: &impl ToTokens) -> Self {
        let mut tokens = tokens.to_token_stream().into_iter();
        let first = tokens.next();
        let last = tokens.last().or_else(|| first.clone());
        let span = |token: Option<TokenTree>| {
            token
                .map_or_else(Span::call_site, |token| token.span())
                .resolved_at(Span::mixed_site())
        };
        Self {
            first: span(first),
            last: span(last),
        }
    }

    /// Of one token.
    pub(crate) fn at(span: Span) -> Self {
        let span = span.resolved_at(Span::mixed_site());
        Self {
            first: span,
            last: span,
        }
    }

    /// The span of the first token.
    pub(crate) const fn first(self) -> Span {
        self.first
    }

    /// The span of the last token.
    pub(crate) const fn last(self) -> Span {
        self.last
    }

    /// An identifier with the span of the first token.
    pub(crate) fn first_ident(self, name: &Ident) -> Ident {
        Ident::new(&name.to_string(), self.first)
    }

    /// `rt::function::<generics>(arguments)`, spanned from the first token to the last.
    pub(crate) fn call(
        self,
        rt: &Ident,
        function: &str,
        generics: Option<TokenStream>,
        arguments: TokenStream,
    ) -> TokenStream {
        let rt = self.first_ident(rt);
        let function = Ident::new(function, self.first);
        let generics = generics.map(|generics| quote_spanned!(self.first=> ::<#generics>));
        let arguments = self.arguments(arguments);
        quote_spanned!(self.first=> #rt::#function #generics #arguments)
    }

    /// Generated tokens, spanned from the first token to the last. Their names keep
    /// their hygiene.
    pub(crate) fn ours(self, tokens: TokenStream) -> TokenStream {
        let last = tokens.clone().into_iter().count().saturating_sub(1);
        tokens
            .into_iter()
            .enumerate()
            .map(|(at, mut token)| {
                let span = if at == last { self.last } else { self.first };
                token.set_span(token.span().located_at(span));
                token
            })
            .collect()
    }

    /// `{ tokens }` with the span of the first token.
    pub(crate) fn block(self, tokens: TokenStream) -> TokenStream {
        let mut group = Group::new(Delimiter::Brace, tokens);
        group.set_span(self.first);
        group.into_token_stream()
    }

    /// An identifier with the span of the last token.
    pub(crate) fn ident(self, name: &str) -> Ident {
        Ident::new(name, self.last)
    }

    /// `(arguments)` with the span of the last token.
    pub(crate) fn arguments(self, arguments: TokenStream) -> Group {
        let mut group = Group::new(Delimiter::Parenthesis, arguments);
        group.set_span(self.last);
        group
    }
}
