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
        parenthesised(arguments, self.last)
    }
}

/// Code of ours in place of the user's, whose spans it has at both ends: it is put into
/// parentheses, and so is the path that it begins with. Names keep their spans.
pub(crate) fn between_users(code: TokenStream, users: TokenStream) -> TokenStream {
    let mut users = users.into_iter();
    let Some(first) = users.next().map(|first| first.span()) else {
        return code;
    };
    let last = users.last().map_or(first, |last| last.span());
    let mut tokens: Vec<_> = code.into_iter().collect();
    let is_group = |token: &TokenTree| matches!(token, TokenTree::Group(_));
    let path = tokens.iter().position(is_group).unwrap_or(0);
    if path > 0 {
        let path = tokens.drain(..path).collect();
        tokens.insert(0, parenthesised(path, first).into());
    }
    if let Some(end) = tokens.last_mut().filter(|end| is_group(end)) {
        end.set_span(last);
    }
    parenthesised(tokens.into_iter().collect(), first).into_token_stream()
}

fn parenthesised(tokens: TokenStream, span: Span) -> Group {
    let mut group = Group::new(Delimiter::Parenthesis, tokens);
    group.set_span(span);
    group
}
