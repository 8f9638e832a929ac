package dev.gantry.engine.generate;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.backend.SamplingKernels;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.InferencePass;
import dev.gantry.engine.pass.KeyValueCache;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.engine.tensor.OverBudgetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// Continues prompts, several side by side: prefill in large pieces, then one token for each sequence at a time.
public final class Generator implements AutoCloseable {
    /// Tokens of one prefill piece: enough to keep products efficient, little enough to keep memory small.
    private static final int PREFILL_TOKENS = 512;

    private final DecoderSpec spec;
    private final InferencePass pass;
    private final KeyValueCache cache;
    private final SamplingKernels samplers;
    /// The beginning of the only sequence whose keys and values are in the cache as a prompt leaves them.
    private int[] known = {};

    /// @param sequences prompts continued side by side
    /// @param capacity tokens of the longest prompt and its continuation
    public Generator(Backend backend, ModelWeights weights, Adapters adapters, int sequences, int capacity) {
        this(backend, weights, adapters, sequences, capacity, backend.unlimited());
    }

    /// @param sequences how many prompts are continued side by side
    /// @param capacity tokens of the longest prompt and its continuation
    /// @param device where all memory comes from
    /// @throws OverBudgetException when it is too small
    public Generator(
            Backend backend,
            ModelWeights weights,
            Adapters adapters,
            int sequences,
            int capacity,
            MemoryAccount device) {
        this(backend, weights, adapters, sequences, capacity, device, device);
    }

    /// With keys and values in another memory that kernels can read, where decoding reads each of them once a token.
    ///
    /// @param sequences how many prompts are continued side by side
    /// @param capacity tokens of the longest prompt and its continuation
    /// @param device where activations lie
    /// @param cacheTier where keys and values lie
    /// @throws OverBudgetException when one is too small
    public Generator(
            Backend backend,
            ModelWeights weights,
            Adapters adapters,
            int sequences,
            int capacity,
            MemoryAccount device,
            MemoryAccount cacheTier) {
        this.spec = weights.spec();
        Uses uses = measureByUse(backend, spec, weights.computeType(), adapters, sequences, capacity);
        if (cacheTier == device) {
            device.requireFree("generating", uses.bytes());
        } else {
            device.requireFree("generating", uses.activations());
            cacheTier.requireFree("key/value cache", uses.cache());
        }
        this.pass = new InferencePass(backend, weights, adapters, extent(sequences, capacity), device);
        this.samplers = backend.sampling();
        this.cache = new KeyValueCache(spec, weights.computeType(), sequences, capacity, cacheTier);
    }

    /// Bytes a generator would hold, found by planning it without memory.
    public static long measure(
            Backend backend, DecoderSpec spec, ComputeType compute, Adapters adapters, int sequences, int capacity) {
        return measureByUse(backend, spec, compute, adapters, sequences, capacity)
                .bytes();
    }

    /// The same, by what they are for.
    public static Uses measureByUse(
            Backend backend, DecoderSpec spec, ComputeType compute, Adapters adapters, int sequences, int capacity) {
        return new Uses(
                InferencePass.measure(backend, spec, compute, adapters, extent(sequences, capacity)),
                KeyValueCache.measure(spec, compute, sequences, capacity));
    }

    /// Bytes by what they are for.
    ///
    /// @param activations those of one piece of prefill, with logits and workspace
    /// @param cache keys and values
    public record Uses(long activations, long cache) {
        public long bytes() {
            return activations + cache;
        }
    }

    /// Most tokens of all sequences that one sweep over the model takes.
    public static int pieceTokens(int sequences, int capacity) {
        return Math.max(sequences, Math.min(PREFILL_TOKENS, Math.multiplyExact(sequences, capacity)));
    }

    private static InferencePass.Extent extent(int sequences, int capacity) {
        return new InferencePass.Extent(pieceTokens(sequences, capacity), sequences, capacity);
    }

    /// Receives tokens as they are chosen.
    @FunctionalInterface
    public interface TokenSink {
        /// @return whether this sequence goes on
        boolean accept(int sequence, int id);
    }

    /// Why a sequence ended.
    public enum Ending {
        /// It chose a token that ends a text.
        END_OF_TEXT,
        /// It reached the number of new tokens asked for.
        LENGTH,
        /// The cache or the model's positions are full.
        CONTEXT_FULL,
        /// The sink asked for it.
        STOPPED
    }

    /// What became of one sequence.
    ///
    /// @param ids the new tokens, an end-of-text token included
    /// @param readTokens tokens of the prompt that were run through the model; the others were known
    @SuppressWarnings("ArrayRecordComponent") // hot data, compared by nobody
    public record Continuation(int[] ids, Ending ending, int readTokens) {}

    /// Continues each prompt.
    ///
    /// @param endIds tokens that end a text
    public List<Continuation> generate(
            List<int[]> prompts, Sampling sampling, int maxNewTokens, Set<Integer> endIds, TokenSink sink) {
        known = new int[0];
        return from(prompts, 0, sampling, maxNewTokens, endIds, sink);
    }

    /// The same for one sequence, whose prompt is read from about where it stops being that of the call before, to the
    /// same bits as from its beginning. Weights and adapters must not have changed since.
    ///
    /// @param endIds tokens that end a text
    public Continuation resume(int[] prompt, Sampling sampling, int maxNewTokens, Set<Integer> endIds, TokenSink sink) {
        int mismatch = Arrays.mismatch(known, prompt);
        int common = mismatch < 0 ? prompt.length : mismatch;
        // the last token is read in any case, for what follows it
        int start = pass.reusable(Math.min(common, prompt.length - 1));
        known = Arrays.copyOf(prompt, start);
        return from(List.of(prompt), start, sampling, maxNewTokens, endIds, sink)
                .getFirst();
    }

    /// @param start tokens of each prompt that are in the cache
    private List<Continuation> from(
            List<int[]> prompts, int start, Sampling sampling, int maxNewTokens, Set<Integer> endIds, TokenSink sink) {
        if (prompts.size() != cache.sequences() || prompts.stream().anyMatch(prompt -> prompt.length == 0)) {
            throw new IllegalArgumentException(
                    "expected " + cache.sequences() + " prompts of at least one token, got " + prompts.size());
        }
        Sequence[] sequences = new Sequence[prompts.size()];
        for (int s = 0; s < sequences.length; s++) {
            cache.truncate(s, start);
            sequences[s] = new Sequence(new Sampler(samplers, sampling));
            sequences[s].sampler.observe(prompts.get(s));
        }
        int[] none = {};
        int[][] next = prompts.toArray(int[][]::new);
        for (int step = 0; step < maxNewTokens && anyLeft(sequences); step++) {
            Matrix logits = step == 0 ? prefill(next, start) : pass.advance(cache, next);
            int row = 0;
            for (int s = 0; s < sequences.length; s++) {
                if (next[s].length == 0) {
                    continue;
                }
                int id = sequences[s].sampler.next(logits.row(row++));
                sequences[s].add(id, endIds, sink, s, roomFor(s));
                next[s] = sequences[s].running() ? new int[] {id} : none;
            }
        }
        List<Continuation> results = new ArrayList<>();
        for (int s = 0; s < sequences.length; s++) {
            results.add(sequences[s].result(maxNewTokens == 0 ? 0 : prompts.get(s).length - start));
        }
        return results;
    }

    /// Feeds the prompts, from their token `start` on, in pieces that fit the pass; the last piece holds the end of
    /// every prompt.
    private Matrix prefill(int[][] prompts, int start) {
        int[] done = new int[prompts.length];
        Arrays.fill(done, start);
        int left =
                Arrays.stream(prompts).mapToInt(prompt -> prompt.length - start).sum();
        while (left > pass.maxTokens()) {
            int[][] piece = piece(prompts, done);
            pass.advance(cache, piece);
            left -= Arrays.stream(piece).mapToInt(tokens -> tokens.length).sum();
        }
        int[][] rest = new int[prompts.length][];
        for (int s = 0; s < prompts.length; s++) {
            rest[s] = Arrays.copyOfRange(prompts[s], done[s], prompts[s].length);
        }
        Matrix logits = pass.advance(cache, rest);
        known = prompts.length == 1 ? prompts[0].clone() : known;
        return logits;
    }

    /// The next tokens of each prompt, as many as fit, leaving at least one of each for the last piece.
    private int[][] piece(int[][] prompts, int[] done) {
        int room = pass.maxTokens();
        int[][] piece = new int[prompts.length][];
        for (int s = 0; s < prompts.length; s++) {
            int count = Math.min(room, prompts[s].length - done[s] - 1);
            piece[s] = Arrays.copyOfRange(prompts[s], done[s], done[s] + count);
            done[s] += count;
            room -= count;
        }
        return piece;
    }

    private boolean roomFor(int sequence) {
        int used = cache.length(sequence);
        return used < cache.capacity() && used < spec.maxPositions();
    }

    private static boolean anyLeft(Sequence[] sequences) {
        return Arrays.stream(sequences).anyMatch(Sequence::running);
    }

    /// Key/value bytes held, for the plan.
    public long cacheBytes() {
        return cache.bytes();
    }

    @Override
    public void close() {
        pass.close();
        cache.close();
    }

    /// One continuation in the making.
    private static final class Sequence {
        private final Sampler sampler;
        private final List<Integer> ids = new ArrayList<>();
        private Ending ending = Ending.LENGTH;
        private boolean running = true;

        Sequence(Sampler sampler) {
            this.sampler = sampler;
        }

        boolean running() {
            return running;
        }

        void add(int id, Set<Integer> endIds, TokenSink sink, int index, boolean roomLeft) {
            ids.add(id);
            if (!sink.accept(index, id)) {
                end(Ending.STOPPED);
            } else if (endIds.contains(id)) {
                end(Ending.END_OF_TEXT);
            } else if (!roomLeft) {
                end(Ending.CONTEXT_FULL);
            }
        }

        private void end(Ending reason) {
            running = false;
            ending = reason;
        }

        Continuation result(int readTokens) {
            return new Continuation(ids.stream().mapToInt(Integer::intValue).toArray(), ending, readTokens);
        }
    }
}
