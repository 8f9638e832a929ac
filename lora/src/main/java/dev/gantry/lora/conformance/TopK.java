package dev.gantry.lora.conformance;

import java.util.stream.IntStream;

/// The largest logits of a row and their ids.
@SuppressWarnings("ArrayRecordComponent") // hot data, compared by nobody
record TopK(float[] values, int[] ids) {

    static TopK of(float[] logits, int from, int columns, int k) {
        int[] ids = IntStream.range(0, columns)
                .boxed()
                .sorted((a, b) -> Float.compare(logits[from + b], logits[from + a]))
                .limit(k)
                .mapToInt(Integer::intValue)
                .toArray();
        float[] values = new float[ids.length];
        for (int i = 0; i < ids.length; i++) {
            values[i] = logits[from + ids[i]];
        }
        return new TopK(values, ids);
    }
}
