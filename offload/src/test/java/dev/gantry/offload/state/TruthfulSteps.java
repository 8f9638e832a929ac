package dev.gantry.offload.state;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/// Steps that look like an optimizer's, whose values after any number of them are known without a disk.
final class TruthfulSteps {
    private final StateLayout layout;

    TruthfulSteps(StateLayout layout) {
        this.layout = layout;
    }

    /// All records in an order from `random`.
    int[] order(Random random) {
        int[] order = IntStream.range(0, layout.records()).toArray();
        for (int i = order.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
        return order;
    }

    /// Writes the first values.
    void fill(RecordPipeline pipeline, int[] order) {
        pipeline.fill(0, order);
        for (int i = 0; i < order.length; i++) {
            StateRecord record = pipeline.take();
            store(record, first(record.index()));
            pipeline.put(record);
        }
        pipeline.finish();
    }

    /// Makes one step.
    void update(RecordPipeline pipeline, long step, int[] order) {
        pipeline.update(step, order);
        for (int i = 0; i < order.length; i++) {
            StateRecord record = pipeline.take();
            float[][] values = load(record);
            advance(values, record.index(), step);
            store(record, values);
            pipeline.put(record);
        }
        pipeline.finish();
    }

    /// What a record holds after `steps` steps.
    float[][] after(long steps, int record) {
        float[][] values = first(record);
        for (long step = 1; step <= steps; step++) {
            advance(values, record, step);
        }
        return values;
    }

    /// The first record whose values on disk are not those after the file's step, or -1; reads them all.
    int firstWrong(RecordPipeline pipeline, StateFile states) {
        int[] order = IntStream.range(0, layout.records()).toArray();
        int wrong = -1;
        pipeline.read(order);
        for (int index : order) {
            StateRecord record = pipeline.take();
            float[][] truth = after(states.step(), index);
            float[][] found = load(record);
            for (int array = 0; array < layout.arrays(); array++) {
                if (wrong < 0 && !Arrays.equals(truth[array], found[array])) {
                    wrong = index;
                }
            }
            pipeline.put(record);
        }
        pipeline.finish();
        return wrong;
    }

    private float[][] first(int record) {
        float[][] values = new float[layout.arrays()][(int) layout.elements()];
        for (int e = 0; e < layout.elements(); e++) {
            values[0][e] = record + e * 0.001f;
        }
        return values;
    }

    private void advance(float[][] values, int record, long step) {
        float[] master = values[0];
        for (int e = 0; e < master.length; e++) {
            float gradient = (float) ((step * 31 + record * 7L + e) % 101) - 50;
            values[1][e] = 0.9f * values[1][e] + 0.1f * gradient;
            values[2][e] = 0.99f * values[2][e] + 0.01f * gradient * gradient;
            master[e] -= 0.01f * values[1][e] / (1 + values[2][e]);
        }
    }

    private float[][] load(StateRecord record) {
        float[][] values = new float[layout.arrays()][];
        for (int array = 0; array < values.length; array++) {
            values[array] = record.array(array).toArray(JAVA_FLOAT);
        }
        return values;
    }

    private void store(StateRecord record, float[][] values) {
        for (int array = 0; array < values.length; array++) {
            record.array(array).copyFrom(MemorySegment.ofArray(values[array]));
        }
    }
}
