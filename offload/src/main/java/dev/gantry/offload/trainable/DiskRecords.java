package dev.gantry.offload.trainable;

import dev.gantry.offload.state.RecordPipeline;
import dev.gantry.offload.state.StateFile;
import dev.gantry.offload.state.StateRecord;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The records of one kind that live on disk.
final class DiskRecords implements AutoCloseable {
    private final StateFile file;
    private final RecordPipeline pipeline;
    private final int[] records; // by place in the file
    private @Nullable StateRecord taken;

    /// @param records which they are, in the order of updates
    DiskRecords(StateFile file, RecordPipeline pipeline, int[] records) {
        this.file = file;
        this.pipeline = pipeline;
        this.records = records.clone();
    }

    private int[] all() {
        return IntStream.range(0, records.length).toArray();
    }

    void fill(long step) {
        pipeline.fill(step, all());
    }

    void update(long step) {
        pipeline.update(step, all());
    }

    /// Begins to read the records of `wanted` that are here, in their order.
    void read(int[] wanted) {
        pipeline.read(Arrays.stream(wanted).map(this::place).filter(p -> p >= 0).toArray());
    }

    private int place(int record) {
        for (int place = 0; place < records.length; place++) {
            if (records[place] == record) {
                return place;
            }
        }
        return -1;
    }

    Values take(int record, int arrays) {
        StateRecord next = pipeline.take();
        if (records[next.index()] != record) {
            throw new IllegalStateException("record " + record + " was asked for before " + records[next.index()]);
        }
        taken = next;
        return new Values(
                record,
                List.copyOf(IntStream.range(0, arrays).mapToObj(next::array).toList()));
    }

    void put() {
        StateRecord done = taken;
        if (done == null) {
            throw new IllegalStateException("no record is taken");
        }
        taken = null;
        pipeline.put(done);
    }

    void finish() {
        pipeline.finish();
    }

    /// Whether generation `step` is there to go on from.
    void resumeFrom(long step) {
        file.resumeFrom(step);
    }

    void checkpoint() {
        file.checkpoint();
    }

    long bytesRead() {
        return pipeline.bytesRead();
    }

    long bytesWritten() {
        return pipeline.bytesWritten();
    }

    @Override
    public void close() {
        pipeline.close();
        file.close();
    }
}
