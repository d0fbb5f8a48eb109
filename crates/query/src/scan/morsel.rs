use super::segment::{Segment, live_rows};

/// One stored batch to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Morsel {
    pub segment: usize,
    pub part: usize,
    pub batch: usize,
    /// Rows that count.
    pub rows: usize,
}

/// The batches of all segments, divided so that every partition has about as many rows. Whole batches only: a
/// slice of a batch is accounted for as if it were the whole.
pub(super) fn divide(segments: &[Segment], partitions: usize) -> Vec<Vec<Morsel>> {
    let mut morsels = Vec::new();
    for (segment_index, segment) in segments.iter().enumerate() {
        for (part_index, part) in segment.parts.iter().enumerate() {
            for batch in 0..part.batches.len() {
                let rows = live_rows(part, batch);
                if rows > 0 {
                    morsels.push(Morsel {
                        segment: segment_index,
                        part: part_index,
                        batch,
                        rows,
                    });
                }
            }
        }
    }
    let total: usize = morsels.iter().map(|morsel| morsel.rows).sum();
    let partitions = partitions.min(morsels.len()).max(1);
    let mut divided: Vec<Vec<Morsel>> = vec![Vec::new(); partitions];
    let mut before = 0;
    for morsel in morsels {
        let middle = before + morsel.rows / 2;
        let partition = (middle * partitions / total.max(1)).min(partitions - 1);
        divided[partition].push(morsel);
        before += morsel.rows;
    }
    divided
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, RecordBatch};

    use super::*;
    use crate::Part;

    fn segment(sizes: &[usize]) -> Segment {
        let batches = sizes
            .iter()
            .map(|size| {
                let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1_i64; *size]));
                RecordBatch::try_from_iter([("n", numbers)]).unwrap()
            })
            .collect();
        Segment {
            integration: None,
            parts: Arc::new(vec![Part::new(batches)]),
        }
    }

    #[test]
    fn rows_are_shared_out_evenly_and_none_is_lost() {
        let divided = divide(&[segment(&[10, 10, 0, 10]), segment(&[10])], 2);
        let rows: Vec<usize> = divided
            .iter()
            .map(|morsels| morsels.iter().map(|morsel| morsel.rows).sum())
            .collect();
        assert_eq!(rows, [20, 20]);
    }

    #[test]
    fn nothing_to_read_is_one_empty_partition() {
        assert_eq!(divide(&[], 4), [Vec::new()]);
    }
}
