//! Where the user's tokens stand: what rustc says of a generated call should
//! point at them, and at nothing else.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};

/// The first and the last token of a piece of the user's code. `Span::join`
/// would say it in one, and does nothing on stable.
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

    /// One token.
    pub(crate) fn at(span: Span) -> Self {
        let span = span.resolved_at(Span::mixed_site());
        Self {
            first: span,
            last: span,
        }
    }

    /// Where it begins.
    pub(crate) const fn first(self) -> Span {
        self.first
    }

    /// Where it ends.
    pub(crate) const fn last(self) -> Span {
        self.last
    }

    /// A name of ours that begins here: what the runtime is called, for example.
    pub(crate) fn first_ident(self, name: &Ident) -> Ident {
        Ident::new(&name.to_string(), self.first)
    }

    /// `rt::function::<generics>(arguments)` as if it stood here, from the first
    /// token to the last.
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

    /// Tokens of ours that stand here, from the first to the last.
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

    /// A block that begins here.
    pub(crate) fn block(self, tokens: TokenStream) -> TokenStream {
        let mut group = Group::new(Delimiter::Brace, tokens);
        group.set_span(self.first);
        group.into_token_stream()
    }

    /// A name of ours that ends here.
    pub(crate) fn ident(self, name: &str) -> Ident {
        Ident::new(name, self.last)
    }

    /// `(arguments)`, ending here.
    pub(crate) fn arguments(self, arguments: TokenStream) -> Group {
        let mut group = Group::new(Delimiter::Parenthesis, arguments);
        group.set_span(self.last);
        group
    }
}
