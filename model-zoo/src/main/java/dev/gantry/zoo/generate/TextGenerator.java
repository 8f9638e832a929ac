package dev.gantry.zoo.generate;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.generate.Generator;
import dev.gantry.engine.generate.Generator.Continuation;
import dev.gantry.engine.generate.Generator.Ending;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.zoo.tokenizer.StreamingDecoder;
import dev.gantry.zoo.tokenizer.Tokenizer;
import java.util.function.Predicate;

/// Continues prompts as text, one at a time, showing it while it appears.
///
/// Where a prompt begins as the one before did, it is not read again; the answer has the bits that it would have
/// alone. Weights and adapters stay as they are while this lives.
public final class TextGenerator implements AutoCloseable {
    private final Tokenizer tokenizer;
    private final Generator generator;

    /// @param tokenizer stays with the caller
    /// @param capacity tokens of the longest prompt and its answer
    public TextGenerator(Backend backend, ModelWeights weights, Adapters adapters, Tokenizer tokenizer, int capacity) {
        this(backend, weights, adapters, tokenizer, capacity, backend.unlimited());
    }

    /// @param capacity tokens of the longest prompt and its answer
    /// @param device where all memory comes from
    public TextGenerator(
            Backend backend,
            ModelWeights weights,
            Adapters adapters,
            Tokenizer tokenizer,
            int capacity,
            MemoryAccount device) {
        this(backend, weights, adapters, tokenizer, capacity, device, device);
    }

    /// @param capacity tokens of the longest prompt and its answer
    /// @param device where activations lie
    /// @param cacheTier where keys and values lie
    public TextGenerator(
            Backend backend,
            ModelWeights weights,
            Adapters adapters,
            Tokenizer tokenizer,
            int capacity,
            MemoryAccount device,
            MemoryAccount cacheTier) {
        this.tokenizer = tokenizer;
        this.generator = new Generator(backend, weights, adapters, 1, capacity, device, cacheTier);
    }

    /// Continues `request`.
    ///
    /// @param onText receives the text piece by piece, whole characters only; returns whether to go on
    public Answer answer(TextRequest request, Predicate<String> onText) {
        Stream stream = new Stream(request, tokenizer.streamingDecoder(), onText);
        Continuation continuation = generator.resume(
                request.prompt(),
                request.sampling(),
                request.maxNewTokens(),
                request.endIds(),
                (sequence, id) -> stream.accept(id));
        stream.finish();
        Ending ending = stream.filter.stopped() ? Ending.END_OF_TEXT : continuation.ending();
        return new Answer(
                stream.text.toString(),
                continuation.ids(),
                ending,
                request.prompt().length,
                continuation.readTokens(),
                stream.firstTokenNanos,
                System.nanoTime() - stream.startNanos);
    }

    /// Key/value bytes held.
    public long cacheBytes() {
        return generator.cacheBytes();
    }

    @Override
    public void close() {
        generator.close();
    }

    /// One answer on its way to the reader.
    private static final class Stream {
        private final TextRequest request;
        private final StreamingDecoder decoder;
        private final StopStringFilter filter;
        private final Predicate<String> onText;
        private final StringBuilder text = new StringBuilder();
        private final long startNanos = System.nanoTime();
        private long firstTokenNanos;

        Stream(TextRequest request, StreamingDecoder decoder, Predicate<String> onText) {
            this.request = request;
            this.decoder = decoder;
            this.filter = new StopStringFilter(request.stops());
            this.onText = onText;
        }

        boolean accept(int id) {
            if (firstTokenNanos == 0) {
                firstTokenNanos = System.nanoTime() - startNanos;
            }
            if (request.endIds().contains(id)) {
                return true;
            }
            return show(filter.next(decoder.next(id))) && !filter.stopped();
        }

        void finish() {
            show(filter.next(decoder.finish()));
            show(filter.finish());
        }

        private boolean show(String piece) {
            text.append(piece);
            return piece.isEmpty() || onText.test(piece);
        }
    }
}
