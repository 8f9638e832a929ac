package dev.gantry.engine.pass;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.RepeatedWork;
import dev.gantry.engine.backend.Segments;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.PositionSpec;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.Memory;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.OverBudgetException;
import dev.gantry.engine.tensor.TensorArena;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Runs new tokens of several sequences through the model against their key/value cache: prefill and decoding alike.
public final class InferencePass implements AutoCloseable {
    private final Backend backend;
    private final ModelWeights weights;
    private final DecoderSpec spec;
    private final Adapters adapters;
    private final int maxTokens;
    private final int positionLimit;
    private final Runs runs;
    private final TensorArena arena;
    private final @Nullable RotaryPass rotary;
    private final EmbeddingPass embedding;
    private final LayerPass layer;
    private final HeadPass head;
    private final LayerActivations activations;
    private final LayerScratch scratch;
    private final Matrix[] stream = new Matrix[2]; // f32 (tokens, hidden): input and output of a block, in turn
    private final Matrix lastRows; // f32 (sequences, hidden)
    private final Matrix logits; // f32 (sequences, vocabulary)
    private final Matrix ids;
    private final Matrix positions;
    private final RepeatedWork decoding;

    /// Sizes that memory is allocated for.
    ///
    /// @param newTokens most new tokens of all sequences in one call
    /// @param sequences most sequences in one call
    /// @param capacity most tokens of one sequence, those in the cache included
    public record Extent(int newTokens, int sequences, int capacity) {}

    public InferencePass(Backend backend, ModelWeights weights, Adapters adapters, Extent extent) {
        this(backend, weights, adapters, extent, backend.unlimited());
    }

    /// @param device where all memory comes from
    /// @throws OverBudgetException when it is too small
    public InferencePass(
            Backend backend, ModelWeights weights, Adapters adapters, Extent extent, MemoryAccount device) {
        this(
                backend,
                weights,
                adapters,
                extent,
                TensorArena.planned(device, "activations", measure(backend, weights.shapeOnly(), adapters, extent)));
    }

    /// Bytes a pass would hold, found by planning it without memory.
    public static long measure(
            Backend backend, DecoderSpec spec, ComputeType compute, Adapters adapters, Extent extent) {
        return measure(backend, ModelWeights.shapeOnly(spec, compute), adapters, extent);
    }

    private static long measure(Backend backend, ModelWeights shapes, Adapters adapters, Extent extent) {
        TensorArena arena = TensorArena.measuring(backend.memory());
        try (InferencePass pass = new InferencePass(backend, shapes, adapters, extent, arena)) {
            return pass.bytes();
        }
    }

    private InferencePass(Backend backend, ModelWeights weights, Adapters adapters, Extent extent, TensorArena arena) {
        this.arena = arena;
        this.backend = backend;
        this.weights = weights;
        this.spec = weights.spec();
        this.maxTokens = extent.newTokens();
        this.positionLimit = Math.min(extent.capacity(), spec.maxPositions());
        int maxSequences = extent.sequences();
        this.runs = new Runs(spec, maxSequences);
        int runTokens = runs.mostTokens(maxTokens);
        ComputeType compute = weights.computeType();
        AdapterCasts casts = new AdapterCasts(compute, adapters, arena);
        this.adapters = arena.holdsMemory() ? casts.refresh(backend, adapters) : adapters;
        this.rotary = spec.position() instanceof PositionSpec.Rotary r
                ? new RotaryPass(backend.rotary(), r, positionLimit, arena)
                : null;
        this.embedding = new EmbeddingPass(backend, weights, runTokens, arena);
        this.layer = new LayerPass(backend, spec, rotary);
        this.head = new HeadPass(backend, weights.head(), new HeadInput(backend, weights, arena, maxSequences));
        this.activations = LayerActivations.allocate(
                spec,
                compute,
                runTokens,
                LayerActivations.ranks(spec, adapters),
                LinearInputs.allocate(spec, compute, runTokens, arena),
                arena);
        this.scratch = LayerScratch.allocate(spec, compute, 0, Adapters.NONE, arena);
        for (int i = 0; i < stream.length; i++) {
            stream[i] = arena.matrix(DType.F32, maxTokens, spec.hidden());
        }
        this.lastRows = arena.matrix(DType.F32, maxSequences, spec.hidden());
        this.logits = arena.matrix(DType.F32, maxSequences, spec.vocabularySize());
        this.ids = arena.matrix(DType.I32, 1, maxTokens);
        this.positions = arena.matrix(DType.I32, 1, maxTokens);
        this.decoding = arena.holdsMemory() ? backend.repeatedWork() : RepeatedWork.PLAIN;
    }

    /// Bytes of native memory held.
    public long bytes() {
        return arena.allocatedBytes();
    }

    public int maxTokens() {
        return maxTokens;
    }

    /// How many of the first `tokens` tokens of a cached sequence another text may keep that begins with them: what it
    /// is computed to with their keys and values has the bits of a computation from its beginning. 0 for a pass of
    /// several sequences, and where keys turn with the length of the text.
    public int reusable(int tokens) {
        return runs.whole(tokens);
    }

    /// Appends new tokens to the sequences of `cache` and returns the logits that follow each sequence's last token.
    ///
    /// @param newTokens for each sequence of the cache its new ids; empty for a sequence that pauses
    /// @return f32 `(sequences with new tokens, vocabulary)`, valid until the next call
    public Matrix advance(KeyValueCache cache, int[]... newTokens) {
        int[] counts =
                Arrays.stream(newTokens).mapToInt(tokens -> tokens.length).toArray();
        int tokens = IntStream.of(counts).sum();
        if (tokens > maxTokens) {
            throw new IllegalArgumentException(tokens + " new tokens exceed the planned " + maxTokens);
        }
        Segments segments = cache.advance(counts);
        int longest = IntStream.of(segments.keyLength()).max().orElse(0);
        if (longest > positionLimit && !(spec.position() instanceof PositionSpec.Alibi)) {
            throw new IllegalArgumentException(
                    "a sequence of " + longest + " tokens exceeds the " + positionLimit + " planned positions");
        }
        fill(segments, newTokens);
        weights.layers().begin(LayerSource.Sweep.FORWARD, tokens);
        boolean oneEach = tokens == segments.count();
        if (oneEach && weights.layers().isAtHand() && head.isAtHand(tokens)) {
            decoding.run(() -> lastLogits(segments, blocks(cache, segments, tokens)));
        } else {
            lastLogits(segments, blocks(cache, segments, tokens));
        }
        backend.synchronize();
        return logits.rows(0, segments.count());
    }

    private Matrix blocks(KeyValueCache cache, Segments segments, int tokens) {
        List<Runs.Run> cut = runs.of(segments, tokens);
        Matrix x = stream[0];
        Matrix y = stream[1];
        for (Runs.Run run : cut) {
            embedding.forward(batch(run), rows(x, run));
        }
        for (int l = 0; l < spec.layers(); l++) {
            LayerWeights block = weights.layers().acquire(l);
            for (Runs.Run run : cut) {
                AttentionKeys keys = keys(cache, l, run.segments());
                layer.forward(
                        new LayerPass.Inputs(block, adapters, batch(run).positions(), keys, DropoutSeed.OFF, scratch),
                        rows(x, run),
                        activations.tokens(run.tokens()),
                        rows(y, run));
            }
            weights.layers().release(block);
            Matrix swap = x;
            x = y;
            y = swap;
        }
        return x;
    }

    private static Matrix rows(Matrix stream, Runs.Run run) {
        return stream.rows(run.firstRow(), run.tokens());
    }

    private TokenBatch batch(Runs.Run run) {
        return new TokenBatch(
                run.tokens(),
                ids.columns(run.firstRow(), run.tokens()),
                positions.columns(run.firstRow(), run.tokens()),
                run.segments(),
                0,
                ids.columns(0, 0),
                ids.columns(0, 0));
    }

    private AttentionKeys keys(KeyValueCache cache, int layer, Segments segments) {
        return rotary != null && rotary.turnsCachedKeys()
                ? new AttentionKeys.CachedUnturned(cache.layer(layer), segments, cache.turnedKeys(), rotary)
                : new AttentionKeys.Cached(cache.layer(layer), segments);
    }

    private void lastLogits(Segments segments, Matrix x) {
        int sequences = segments.count();
        for (int s = 0; s < sequences; s++) {
            int last = segments.queryStart()[s] + segments.queryLength()[s] - 1;
            backend.elements().copy(x.row(last), lastRows.row(s));
        }
        head.logits(lastRows.rows(0, sequences), logits.rows(0, sequences));
    }

    private void fill(Segments segments, int[][] newTokens) {
        int t = 0;
        int s = 0;
        int total = Arrays.stream(segments.queryLength()).sum();
        int[] given = new int[total];
        int[] places = new int[total];
        for (int[] tokens : newTokens) {
            if (tokens.length > 0) {
                int position = segments.keyLength()[s] - segments.queryLength()[s];
                s++;
                for (int id : tokens) {
                    given[t] = id;
                    places[t++] = position++;
                }
            }
        }
        arena.put(given, ids);
        arena.put(places, positions);
    }

    /// The memory that logits lie in.
    public Memory memory() {
        return arena.memory();
    }

    @Override
    public void close() {
        decoding.close();
        arena.close();
    }
}
