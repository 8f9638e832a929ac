package dev.gantry.lora.train;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.ModelWeights;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.offload.frozen.StreamedWeights;
import dev.gantry.offload.frozen.Transfers;

/// The frozen model that an adapter is trained on, wherever it lies. Where it lies never changes the numbers.
public sealed interface BaseWeights extends AutoCloseable {

    ModelWeights weights();

    /// Brings converted copies up to date, after tensors of the model itself changed.
    void refresh();

    /// Native allocations made so far; constant after construction.
    long allocations();

    /// Blocks that were copied to the device so far.
    Transfers transfers();

    /// Blocks of the head that were copied to the device so far.
    Transfers headTransfers();

    @Override
    void close();

    /// Everything in memory, used where it lies if it is stored in the compute type.
    static BaseWeights resident(Backend backend, DecoderModel model, ComputeType compute, MemoryAccount device) {
        return new Resident(new ResidentWeights(backend, model, compute, device));
    }

    /// All in memory.
    record Resident(ResidentWeights resident) implements BaseWeights {
        @Override
        public ModelWeights weights() {
            return resident.weights();
        }

        @Override
        public void refresh() {
            resident.refresh();
        }

        @Override
        public long allocations() {
            return 0;
        }

        @Override
        public Transfers transfers() {
            return Transfers.NONE;
        }

        @Override
        public Transfers headTransfers() {
            return Transfers.NONE;
        }

        @Override
        public void close() {
            resident.close();
        }
    }

    /// On several tiers.
    record Streamed(StreamedWeights streamed) implements BaseWeights {
        @Override
        public ModelWeights weights() {
            return streamed.weights();
        }

        @Override
        public void refresh() {
            // frozen through and through
        }

        @Override
        public long allocations() {
            return streamed.allocations();
        }

        @Override
        public Transfers transfers() {
            return streamed.transfers();
        }

        @Override
        public Transfers headTransfers() {
            return streamed.headTransfers();
        }

        @Override
        public void close() {
            streamed.close();
        }
    }
}
