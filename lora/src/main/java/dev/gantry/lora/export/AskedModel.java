package dev.gantry.lora.export;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.memory.CheckpointModel;
import dev.gantry.offload.frozen.StoredModel;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;

/// One of the two models that a reload check compares, loaded from its files for each question.
sealed interface AskedModel {
    /// Type in which the weights are stored.
    DType stored();

    /// Maps the weights, asks, and lets go of them.
    ///
    /// @param device where an adapter lies meanwhile
    <T> T ask(Backend backend, MemoryAccount device, Question<T> question) throws IOException;

    /// What is asked of a loaded model.
    @FunctionalInterface
    interface Question<T> {
        T of(StoredModel model, Adapters adapters);
    }

    /// A model by itself.
    record Whole(ModelFolder folder) implements AskedModel {
        @Override
        public DType stored() {
            return folder.dtype();
        }

        @Override
        public <T> T ask(Backend backend, MemoryAccount device, Question<T> question) throws IOException {
            try (LoadedModel loaded = folder.load()) {
                return question.of(CheckpointModel.of(loaded), Adapters.NONE);
            }
        }
    }

    /// A base with an adapter beside it.
    record Adapted(TunedModel tuned) implements AskedModel {
        @Override
        public DType stored() {
            return tuned.base().dtype();
        }

        @Override
        public <T> T ask(Backend backend, MemoryAccount device, Question<T> question) throws IOException {
            try (LoadedModel base = tuned.base().load();
                    Adapter adapter = PeftFolder.read(
                            tuned.adapter(), base.model().spec(), tuned.base().family()::modulePath, backend, device)) {
                return question.of(CheckpointModel.of(base, adapter), adapter.lowRank());
            }
        }
    }
}
