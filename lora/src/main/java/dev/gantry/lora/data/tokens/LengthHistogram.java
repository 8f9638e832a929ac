package dev.gantry.lora.data.tokens;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// How many tokens rows have.
///
/// @param edges bucket `i` counts lengths in `[edges[i], edges[i + 1])`
/// @param counts rows per bucket
/// @param p50 half of the rows are at most this long
/// @param totalTokens of all rows
/// @param rowsByLength how many rows have exactly that many tokens
@SuppressWarnings("ArrayRecordComponent") // numbers to draw, compared by nobody
public record LengthHistogram(
        int[] edges,
        long[] counts,
        int p50,
        int p95,
        int p99,
        int max,
        long rows,
        long totalTokens,
        @JsonIgnore NavigableMap<Integer, Long> rowsByLength) {
    private static final int BUCKETS = 20;

    /// Length that loses at most one row in a hundred: p99 rounded up to `multiple`, at most `modelMaxTokens`.
    public int suggestedMaxTokens(int multiple, int modelMaxTokens) {
        long rounded = Math.ceilDiv((long) Math.max(1, p99), multiple) * multiple;
        return (int) Math.min(rounded, modelMaxTokens);
    }

    /// Rows that a limit of `maxTokens` drops or cuts.
    public long rowsLongerThan(int maxTokens) {
        return rowsByLength.tailMap(maxTokens, false).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /// Collects lengths; memory grows with the number of different lengths, not of rows.
    public static final class Builder {
        private final TreeMap<Integer, Long> rowsByLength = new TreeMap<>();
        private long rows;
        private long totalTokens;

        public void add(int tokens) {
            rowsByLength.merge(tokens, 1L, Long::sum);
            rows++;
            totalTokens += tokens;
        }

        public LengthHistogram build() {
            int max = rowsByLength.isEmpty() ? 0 : rowsByLength.lastKey();
            int width = bucketWidth(max);
            int[] edges = new int[max / width + 2];
            for (int i = 0; i < edges.length; i++) {
                edges[i] = Math.toIntExact(Math.min(Integer.MAX_VALUE, (long) i * width));
            }
            long[] counts = new long[edges.length - 1];
            rowsByLength.forEach((length, count) -> counts[length / width] += count);
            return new LengthHistogram(
                    edges,
                    counts,
                    percentile(0.50),
                    percentile(0.95),
                    percentile(0.99),
                    max,
                    rows,
                    totalTokens,
                    Collections.unmodifiableNavigableMap(new TreeMap<>(rowsByLength)));
        }

        /// A round width (1, 2 or 5 times a power of ten) that makes at most {@value #BUCKETS} buckets.
        private static int bucketWidth(int max) {
            for (long power = 1; ; power *= 10) {
                for (int step : new int[] {1, 2, 5}) {
                    if (max / (step * power) < BUCKETS) {
                        return (int) (step * power);
                    }
                }
            }
        }

        /// Nearest rank: the smallest length that at least `share` of the rows do not exceed.
        private int percentile(double share) {
            long rank = Math.max(1, (long) Math.ceil(share * rows));
            long passed = 0;
            for (Map.Entry<Integer, Long> entry : rowsByLength.entrySet()) {
                passed += entry.getValue();
                if (passed >= rank) {
                    return entry.getKey();
                }
            }
            return 0;
        }
    }
}
