//! `budget = 20%`, `none`, or an expression of type `&Budget`.

use super::setting::{expr, words_of};
use crate::plan::BudgetPlan;
use retry_words::InvalidPolicy;
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Expr, Lit, Token};

pub(super) fn parse(input: ParseStream) -> syn::Result<BudgetPlan> {
    if input.peek(Lit) && !input.peek(syn::LitStr) {
        let number: Lit = input.parse()?;
        let written = words_of(&number);
        let percent: Option<Token![%]> = input.parse()?;
        return match percent {
            Some(_) => of_percent(&written).map_err(|error| syn::Error::new(number.span(), error)),
            None => Err(syn::Error::new(
                number.span(),
                format!(
                    "a `budget` is a share of the successes: write `{written}%`, or `none` to do without"
                ),
            )),
        };
    }
    match expr(input)? {
        Expr::Path(path) if path.path.is_ident("none") => Ok(BudgetPlan::None),
        Expr::Lit(lit) => {
            let text = words_of(&lit.lit);
            match text.trim().strip_suffix('%') {
                Some(number) => of_percent(number.trim()),
                None if text.trim() == "none" => Ok(BudgetPlan::None),
                None => Err(format!("`{text}` is not a budget: write a share of the successes such as `20%`, or `none`")),
            }
            .map_err(|error| syn::Error::new(lit.span(), error))
        }
        expr => Ok(BudgetPlan::Given(expr)),
    }
}

fn of_percent(number: &str) -> Result<BudgetPlan, String> {
    let percent: u32 = number.parse().map_err(|_| {
        format!("`{number}%` is not a whole share: write 1% to 100%, such as `20%`")
    })?;
    if (1..=100).contains(&percent) {
        Ok(BudgetPlan::Percent(percent))
    } else {
        Err(InvalidPolicy::budget_percent(percent).to_string())
    }
}
