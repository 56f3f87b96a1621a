//! One engagement, 100,000 customers: judged together, and beside it with the register judged anew for each of them.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use domain::gate::evaluate_engagement;
use gates::{customers, now, one_by_one, register};

fn judge(c: &mut Criterion) {
    let (register, customers) = (register(), customers(100_000));
    let together = evaluate_engagement(&register, &customers, false, now());
    assert!(together.register.allowed, "every paper is in order");
    let alone = one_by_one(&register, &customers);
    assert!(
        together
            .customers
            .iter()
            .map(|one| &one.decision)
            .eq(alone.iter()),
        "both ways give the same answers"
    );
    let mut group = c.benchmark_group("one engagement, 100,000 customers");
    group.sample_size(10);
    group.bench_function("together", |b| {
        b.iter(|| evaluate_engagement(black_box(&register), black_box(&customers), false, now()));
    });
    group.bench_function("one by one", |b| {
        b.iter(|| one_by_one(black_box(&register), black_box(&customers)));
    });
    group.finish();
}

criterion_group!(gates, judge);
criterion_main!(gates);
