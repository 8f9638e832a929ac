package dev.gantry.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class MemoryAccountTest {
    @Test
    void arenasReserveWholeCacheLinesAndGiveThemBack() {
        MemoryAccount account = new MemoryAccount("device", 1000);
        try (TensorArena ring = new TensorArena(account, "ring");
                TensorArena adapters = new TensorArena(account, "adapters")) {
            ring.allocate(DType.F32, 3, 7); // 84 bytes
            adapters.allocate(DType.BF16, 1);
            assertThat(account.heldBytes()).isEqualTo(128 + 64);
            assertThat(account.snapshot().owners()).containsEntry("ring", 128L).containsEntry("adapters", 64L);
            assertThat(account.reservations()).isEqualTo(2);
        }
        assertThat(account.heldBytes()).isZero();
        assertThat(account.peakBytes()).isEqualTo(192);
        assertThat(account.snapshot().owners()).isEmpty();
    }

    @Test
    void theBudgetHoldsToTheLastByteAndARefusalTakesNothing() {
        MemoryAccount account = new MemoryAccount("device", 256);
        try (TensorArena arena = new TensorArena(account, "workspace")) {
            arena.allocateBytes(192);
            assertThatExceptionOfType(OverBudgetException.class)
                    .isThrownBy(() -> arena.allocateBytes(65))
                    .withMessageContaining("device")
                    .withMessageContaining("workspace")
                    .satisfies(e -> assertThat(e.missingBytes()).isEqualTo(64));
            assertThat(account.heldBytes()).isEqualTo(192);
            arena.allocateBytes(64);
            assertThat(account.freeBytes()).isZero();
        }
    }

    @Test
    void aPlannedArenaIsRefusedWithItsWholeNeed() {
        MemoryAccount account = new MemoryAccount("host", 100);
        assertThatExceptionOfType(OverBudgetException.class)
                .isThrownBy(() -> TensorArena.planned(account, "boundaries", 300))
                .satisfies(e -> assertThat(e.missingBytes()).isEqualTo(200));
    }

    @Test
    void nobodyGivesBackWhatItDoesNotHold() {
        MemoryAccount account = new MemoryAccount("host", 100);
        account.reserve("a", 10);
        assertThatIllegalStateException().isThrownBy(() -> account.release("b", 10));
        assertThatIllegalStateException().isThrownBy(() -> account.release("a", 11));
    }
}
