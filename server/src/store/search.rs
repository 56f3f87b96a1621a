//! Lists that are searched: the condition, how many rows fit, and those of one page.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, FromRow};

use super::{Result, Tx};

/// A condition that the columns hold every word that was searched for, whatever the case of the letters.
///
/// Neither database compares letters beyond ASCII without regard to case everywhere, so each word is looked for in every way
/// in which it may be [spelt](spellings).
pub(super) struct Search {
    /// Beginning with AND; empty where nothing was searched for.
    pub(super) condition: String,
    /// What to bind, from the first place on.
    pub(super) patterns: Vec<String>,
}

impl Search {
    /// Over these columns; `first` is the place of the first pattern among what is bound.
    pub(super) fn new(tx: &Tx, columns: &[&str], words: &str, first: usize) -> Self {
        let like = if tx.is_postgres() { "ILIKE" } else { "LIKE" };
        let mut search = Self {
            condition: String::new(),
            patterns: Vec::new(),
        };
        for word in words.split_whitespace().take(8) {
            let mut any = Vec::new();
            for form in spellings(word) {
                let escaped = form.replace('!', "!!").replace('%', "!%").replace('_', "!_");
                let place = first + search.patterns.len();
                any.extend(
                    columns
                        .iter()
                        .map(|column| format!("COALESCE({column}, '') {like} ${place} ESCAPE '!'")),
                );
                search.patterns.push(format!("%{escaped}%"));
            }
            search.condition.push_str(&format!(" AND ({})", any.join(" OR ")));
        }
        search
    }

    /// How many rows there are: `from` holds the condition, and nothing else is bound.
    pub(super) async fn count(&self, tx: &mut Tx, from: &str) -> Result<i64> {
        Ok(on!(tx, |c| {
            let mut query = sqlx::query_scalar(AssertSqlSafe(format!("SELECT COUNT(*) {from}")));
            for pattern in &self.patterns {
                query = query.bind(pattern);
            }
            query.fetch_one(c).await
        })?)
    }

    /// The rows: `sql` holds the condition, and nothing else is bound.
    pub(super) async fn list<T>(&self, tx: &mut Tx, sql: String) -> Result<Vec<T>>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        Ok(on!(tx, |c| {
            let mut query = sqlx::query_as(AssertSqlSafe(sql));
            for pattern in &self.patterns {
                query = query.bind(pattern);
            }
            query.fetch_all(c).await
        })?)
    }
}

/// How a word may be written, its letters of ASCII aside: each other letter small or a capital. Where there are many of them
/// the word is looked for small, in capitals, and with a capital in front.
fn spellings(word: &str) -> Vec<String> {
    /// Twice as many ways with each letter.
    const MANY: usize = 3;
    let small = word.to_lowercase();
    if small.chars().filter(|letter| !letter.is_ascii()).count() > MANY {
        let mut letters = small.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        let named = first.chain(letters).collect();
        return vec![small.clone(), small.to_uppercase(), named];
    }
    let mut ways = vec![String::new()];
    for letter in small.chars() {
        let capital: String = letter.to_uppercase().collect();
        let is_one = letter.is_ascii() || capital.chars().eq([letter]);
        let with_capital: Vec<String> = if is_one {
            Vec::new()
        } else {
            ways.iter().map(|way| format!("{way}{capital}")).collect()
        };
        ways.iter_mut().for_each(|way| way.push(letter));
        ways.extend(with_capital);
    }
    ways
}
