package dev.gantry.engine.pass;

import static dev.gantry.engine.decoder.Module.EMBEDDING_NORM;
import static dev.gantry.engine.decoder.Module.POSITION_EMBEDDING;
import static dev.gantry.engine.decoder.Module.PROJECT_IN;
import static dev.gantry.engine.decoder.Module.TOKEN_EMBEDDING;
import static dev.gantry.engine.decoder.ParameterId.NO_LAYER;

import dev.gantry.engine.backend.Accumulate;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.DecoderSpec.EmbeddingNorm;
import dev.gantry.engine.decoder.DecoderSpec.LinearLayout;
import dev.gantry.engine.decoder.ParameterId;
import dev.gantry.engine.decoder.PositionSpec;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Matrix;
import dev.gantry.engine.tensor.TensorArena;

/// From ids to the input of the first block, and back.
final class EmbeddingPass {
    private final Backend backend;
    private final ModelWeights weights;
    private final DecoderSpec spec;
    private final LinearPass projection;
    private final NormPass norm;
    private final Matrix looked; // f32 (tokens, embeddingDim), before the projection
    private final Matrix projectionInput; // compute (tokens, embeddingDim)
    private final Matrix sum; // f32 (tokens, hidden), before the norm
    private final Matrix stats; // f32 (tokens, 2)
    private final Matrix dProjection; // compute (tokens, hidden)

    EmbeddingPass(Backend backend, ModelWeights weights, int maxTokens, TensorArena arena) {
        this.backend = backend;
        this.weights = weights;
        this.spec = weights.spec();
        this.projection = new LinearPass(backend, LinearLayout.OUT_IN);
        this.norm = new NormPass(backend.norms(), spec.norm());
        int projected = spec.projects() ? maxTokens : 0;
        int normed = spec.embeddingNorm() == EmbeddingNorm.PRESENT ? maxTokens : 0;
        DType type = weights.computeType().dtype();
        this.looked = arena.matrix(DType.F32, projected, spec.embeddingDim());
        this.projectionInput = arena.matrix(type, projected, spec.embeddingDim());
        this.dProjection = arena.matrix(type, projected, spec.hidden());
        this.sum = arena.matrix(DType.F32, normed, spec.hidden());
        this.stats = arena.matrix(DType.F32, normed, 2);
    }

    /// @param x f32 `(tokens, hidden)`
    void forward(TokenBatch batch, Matrix x) {
        int tokens = batch.tokens();
        Matrix target = spec.embeddingNorm() == EmbeddingNorm.PRESENT ? sum.rows(0, tokens) : x;
        embed(batch.ids(), batch.positions(), tokens, target);
        if (spec.embeddingNorm() == EmbeddingNorm.PRESENT) {
            norm.forward(weights.norm(EMBEDDING_NORM), target, x, stats.rows(0, tokens));
        }
    }

    private void embed(Matrix ids, Matrix positions, int tokens, Matrix target) {
        Matrix table = weights.embedding(TOKEN_EMBEDDING);
        if (spec.projects()) {
            Matrix embedded = looked.rows(0, tokens);
            backend.embeddings().gather(ids, 0, table, embedded, Accumulate.OVERWRITE);
            backend.elements().copy(embedded, projectionInput.rows(0, tokens));
            projection.forward(
                    weights.linear(PROJECT_IN), projectionInput.rows(0, tokens), target, Accumulate.OVERWRITE);
        } else {
            backend.embeddings().gather(ids, 0, table, target, Accumulate.OVERWRITE);
        }
        if (spec.position() instanceof PositionSpec.Learned learned) {
            Matrix positionTable = weights.embedding(POSITION_EMBEDDING);
            backend.embeddings().gather(positions, learned.offset(), positionTable, target, Accumulate.ADD);
        }
    }

    /// Adds the gradients of what is trained here.
    ///
    /// @param x f32 `(tokens, hidden)`: memory to write what the forward wrote once more
    /// @param d f32 `(tokens, hidden)`: gradient of x; overwritten
    void backward(TokenBatch batch, Matrix x, Matrix d, Gradients gradients) {
        int tokens = batch.tokens();
        if (spec.embeddingNorm() == EmbeddingNorm.PRESENT) {
            Matrix before = sum.rows(0, tokens);
            Matrix statistics = stats.rows(0, tokens);
            NormWeights weight = weights.norm(EMBEDDING_NORM);
            embed(batch.ids(), batch.positions(), tokens, before);
            norm.forward(weight, before, x, statistics);
            norm.backward(weight, gradients, NO_LAYER, EMBEDDING_NORM, d, before, statistics, d, Accumulate.OVERWRITE);
        }
        Matrix dPositions = gradients.of(ParameterId.weight(POSITION_EMBEDDING));
        if (dPositions != null && spec.position() instanceof PositionSpec.Learned learned) {
            backend.embeddings().scatterAdd(batch.positions(), learned.offset(), d, dPositions);
        }
        Matrix dEmbedded = d;
        if (spec.projects()) {
            dEmbedded = projectionBackward(batch, d, gradients);
        }
        Matrix dTable = gradients.of(ParameterId.weight(TOKEN_EMBEDDING));
        if (dTable != null) {
            backend.embeddings().scatterAdd(batch.ids(), 0, dEmbedded, dTable);
        }
    }

    private Matrix projectionBackward(TokenBatch batch, Matrix d, Gradients gradients) {
        int tokens = batch.tokens();
        Matrix dy = dProjection.rows(0, tokens);
        backend.elements().copy(d, dy);
        Matrix embedded = looked.rows(0, tokens);
        backend.embeddings().gather(batch.ids(), 0, weights.embedding(TOKEN_EMBEDDING), embedded, Accumulate.OVERWRITE);
        backend.elements().copy(embedded, projectionInput.rows(0, tokens));
        projection.backwardParameters(gradients, NO_LAYER, PROJECT_IN, projectionInput.rows(0, tokens), dy);
        projection.backwardInput(weights.linear(PROJECT_IN), dy, embedded, Accumulate.OVERWRITE);
        return embedded;
    }
}
