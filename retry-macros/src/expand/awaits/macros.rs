//! Macros in a body: the ones whose arguments are futures, and the ones whose
//! arguments are plain expressions. All others keep their tokens: some print
//! them (`assert!`, `dbg!`), others have a syntax of their own.

use super::Awaits;
use super::looks::Value;
use crate::syntax::tokens::code;
use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream, Parser};
use syn::visit_mut::VisitMut;
use syn::{Block, Expr, ExprBlock, Ident, Macro, Pat, Token, token};

/// Macros that await their arguments.
const JOINS: &[&str] = &["join", "join_biased", "poll", "try_join"];

/// All macros that await what they are given.
pub(super) const AWAITING: &[&str] = &[
    "join",
    "join_biased",
    "poll",
    "select",
    "select_biased",
    "try_join",
];

/// Macros that print the tokens of their first argument, where they have no other.
const ASSERTIONS: &[&str] = &["assert", "debug_assert"];

/// Macros whose arguments are expressions that are only evaluated.
const PLAIN: &[&str] = &[
    "assert_eq",
    "assert_ne",
    "bail",
    "debug",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "error",
    "format",
    "format_args",
    "info",
    "panic",
    "pin",
    "print",
    "println",
    "todo",
    "trace",
    "unreachable",
    "vec",
    "warn",
    "write",
    "writeln",
];

impl Awaits<'_> {
    pub(super) fn rewrite_macro(&mut self, mac: &mut Macro) {
        let Some(name) = mac.path.segments.last().map(|last| last.ident.to_string()) else {
            return;
        };
        let tokens = mac.tokens.clone();
        let rewritten = match name.as_str() {
            "select" | "select_biased" => self.select(tokens),
            name if JOINS.contains(&name) => {
                let may_be_own = mac.path.segments.len() == 1;
                self.awaited_arguments(tokens, may_be_own)
            }
            "matches" => self.scrutinee(tokens),
            // What goes on with a value that is only shown ends there.
            name if PLAIN.contains(&name) => {
                let is_kept = ["pin", "vec"].contains(&name);
                let value = if is_kept { Value::Unknown } else { Value::Ends };
                self.arguments(tokens, value)
            }
            name if ASSERTIONS.contains(&name) => self.assertion(tokens),
            _ => None,
        };
        if let Some(rewritten) = rewritten {
            mac.tokens = rewritten;
        }
    }

    /// `join!(a(), b())`. A macro of the user's own may go by the name, and take names and
    /// literals alone: they stay as they are, and variables are looked at before.
    fn awaited_arguments(&mut self, tokens: TokenStream, may_be_own: bool) -> Option<TokenStream> {
        self.rewrite_each(tokens, |this, argument| {
            this.visit_expr_mut(argument);
            match argument {
                Expr::Lit(_) if may_be_own => {}
                Expr::Path(path) if may_be_own => {
                    if this.is_local(path) {
                        let look = this.look(argument);
                        this.looks.extend(look);
                    }
                }
                _ => this.wrap(argument),
            }
        })
    }

    /// `vec![a().await?; n]`.
    fn arguments(&mut self, tokens: TokenStream, value: Value) -> Option<TokenStream> {
        self.rewrite_each(tokens, |this, argument| {
            this.value = value;
            this.visit_expr_mut(argument);
        })
    }

    fn rewrite_each(
        &mut self,
        tokens: TokenStream,
        mut rewrite: impl FnMut(&mut Self, &mut Expr),
    ) -> Option<TokenStream> {
        let (biased, tokens) = split_biased(tokens);
        let mut list = arguments.parse2(tokens).ok()?;
        for (argument, _) in &mut list {
            rewrite(self, argument);
        }
        let list = list.iter().map(|(argument, after)| code!(#argument #after));
        Some(code!(#biased #(#list)*))
    }

    /// The elements of a `vec![..]`, which is handed to a call. Whether it is one.
    pub(super) fn hand_elements(&mut self, mac: &mut Macro) -> bool {
        let is_vec = mac
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == "vec");
        if let (true, Ok(mut list)) = (is_vec, arguments.parse2(mac.tokens.clone())) {
            self.hand_all(list.iter_mut().map(|(element, _)| element));
            let list = list.iter().map(|(argument, after)| code!(#argument #after));
            mac.tokens = code!(#(#list)*);
        }
        is_vec
    }

    /// `assert!(a().await)` prints what it was given: as it was written.
    fn assertion(&mut self, tokens: TokenStream) -> Option<TokenStream> {
        let list = arguments.parse2(tokens.clone()).ok()?;
        let had_found = std::mem::take(&mut self.found);
        let rewritten = self.arguments(tokens, Value::Ends);
        let is_changed = self.found;
        self.found |= had_found;
        let rewritten = rewritten.filter(|_| is_changed)?;
        let [(condition, comma)] = &list[..] else {
            return Some(rewritten);
        };
        let rt = self.caller.rt;
        let comma = comma.is_none().then(|| code!(,));
        let text = code!(#rt::concat!("assertion failed: ", #rt::stringify!(#condition)));
        Some(code!(#rewritten #comma "{}", #text))
    }

    /// `matches!(a().await, pattern)`.
    fn scrutinee(&mut self, tokens: TokenStream) -> Option<TokenStream> {
        let split = |input: ParseStream| {
            let scrutinee: Expr = input.parse()?;
            Ok((scrutinee, input.parse::<TokenStream>()?))
        };
        let (mut scrutinee, pattern) = split.parse2(tokens).ok()?;
        self.value = Value::Kept;
        self.visit_expr_mut(&mut scrutinee);
        Some(code!(#scrutinee #pattern))
    }

    /// `select! { pattern = future, if condition => handler, .. }`.
    fn select(&mut self, tokens: TokenStream) -> Option<TokenStream> {
        let (biased, tokens) = split_biased(tokens);
        let branches = |input: ParseStream| {
            let mut branches = Vec::new();
            while !input.is_empty() {
                branches.push(input.parse::<Branch>()?);
            }
            Ok(branches)
        };
        let mut branches = branches.parse2(tokens).ok()?;
        for branch in &mut branches {
            self.visit_expr_mut(&mut branch.handler);
            if let Some((_, _, condition)) = &mut branch.condition {
                self.visit_expr_mut(condition);
            }
            if let Some((_, future)) = &mut branch.future {
                self.visit_expr_mut(future);
                // A bare name is lent by `futures::select!`: it stays as it is,
                // and is looked at before.
                if matches!(future, Expr::Path(_)) {
                    let look = self.look(future);
                    self.looks.extend(look);
                } else {
                    self.wrap(future);
                }
            }
        }
        let branches = branches.iter().map(Branch::tokens);
        Some(code!(#biased #(#branches)*))
    }
}

/// The elements of a `vec![..]`.
pub(super) fn elements_of(mac: &Macro) -> Vec<Expr> {
    let list = arguments.parse2(mac.tokens.clone()).unwrap_or_default();
    list.into_iter().map(|(element, _)| element).collect()
}

/// Expressions with what stands behind each: a comma, a semicolon or nothing.
fn arguments(input: ParseStream) -> syn::Result<Vec<(Expr, Option<TokenTree>)>> {
    let mut list = Vec::new();
    while !input.is_empty() {
        let argument = input.parse()?;
        let after = if input.is_empty() {
            None
        } else if input.peek(Token![,]) || input.peek(Token![;]) {
            Some(input.parse()?)
        } else {
            return Err(input.error("expected `,`"));
        };
        list.push((argument, after));
    }
    Ok(list)
}

/// `biased;` at the head of tokio's macros.
fn split_biased(tokens: TokenStream) -> (TokenStream, TokenStream) {
    let split = |input: ParseStream| {
        let ident: Ident = input.parse()?;
        if ident != "biased" {
            return Err(input.error("expected `biased`"));
        }
        let semi: Token![;] = input.parse()?;
        Ok((code!(#ident #semi), input.parse::<TokenStream>()?))
    };
    split
        .parse2(tokens.clone())
        .unwrap_or_else(|_| (TokenStream::new(), tokens))
}

/// One branch of `select!`.
struct Branch {
    head: TokenStream,
    future: Option<(Token![=], Expr)>,
    condition: Option<(Token![,], Token![if], Expr)>,
    arrow: Token![=>],
    handler: Expr,
    comma: Option<Token![,]>,
}

impl Branch {
    fn tokens(&self) -> TokenStream {
        let Self {
            head,
            condition,
            arrow,
            handler,
            comma,
            ..
        } = self;
        let future = self.future.as_ref().map(|(eq, future)| code!(#eq #future));
        let condition = condition
            .as_ref()
            .map(|(comma, if_token, condition)| code!(#comma #if_token #condition));
        code!(#head #future #condition #arrow #handler #comma)
    }
}

impl Parse for Branch {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let (head, future) = if input.peek2(Token![=>]) {
            // `else =>`, `default =>`, `complete =>`
            let word: TokenTree = input.parse()?;
            (code!(#word), None)
        } else {
            let pat = Pat::parse_multi_with_leading_vert(input)?;
            (code!(#pat), Some((input.parse()?, input.parse()?)))
        };
        let condition = if input.peek(Token![,]) {
            Some((input.parse()?, input.parse()?, input.parse()?))
        } else {
            None
        };
        let arrow = input.parse()?;
        let handler = if input.peek(token::Brace) {
            let block: Block = input.parse()?;
            Expr::Block(ExprBlock {
                attrs: Vec::new(),
                label: None,
                block,
            })
        } else {
            input.parse()?
        };
        Ok(Self {
            head,
            future,
            condition,
            arrow,
            handler,
            comma: input.parse()?,
        })
    }
}
