package dev.gantry.app.ui.hardware;

import dev.gantry.app.selftest.Checker;
import dev.gantry.app.selftest.Finding;
import dev.gantry.app.selftest.Grade;
import dev.gantry.app.selftest.Part;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.FindingWords;
import dev.gantry.app.ui.text.Texts;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableMap;

/// The self-test: findings as they come, one after the other.
final class SelfTestViewModel {
    private final Services services;
    private final Texts texts;
    private final FindingWords words;
    private final Checker checker;
    private final ObservableMap<Part, Finding> findings = FXCollections.observableHashMap();
    private final ReadOnlyBooleanWrapper running = new ReadOnlyBooleanWrapper();

    SelfTestViewModel(Services services, Checker checker) {
        this.services = services;
        this.texts = services.texts();
        this.words = new FindingWords(texts);
        this.checker = checker;
    }

    /// Checks everything again.
    void run() {
        if (running.get()) {
            return;
        }
        running.set(true);
        findings.clear();
        services.tasks()
                .task(texts.get("hardware.check.running"), progress -> {
                    for (Part part : Part.values()) {
                        progress.throwIfCancelled();
                        Finding finding = checker.check(part);
                        services.tasks().later(() -> findings.put(part, finding));
                    }
                    return true;
                })
                .onEnd(() -> running.set(false))
                .start();
    }

    /// What was found so far.
    ObservableMap<Part, Finding> findings() {
        return findings;
    }

    ReadOnlyBooleanProperty runningProperty() {
        return running.getReadOnlyProperty();
    }

    /// The worst of all; empty before all is known.
    Optional<Grade> verdict() {
        return findings.size() < Part.values().length
                ? Optional.empty()
                : findings.values().stream().map(Finding::grade).max(Comparator.naturalOrder());
    }

    FindingWords words() {
        return words;
    }

    /// On to the work, whatever was found.
    void goOn() {
        services.navigation().go(ScreenName.HOME);
    }

    void copy() {
        services.host()
                .copy(findings.values().stream()
                        .sorted(Comparator.comparing(Finding::part))
                        .map(this::line)
                        .collect(Collectors.joining("\n")));
        services.notices().info(texts.get("hardware.copied"));
    }

    private String line(Finding finding) {
        String next = words.next(finding);
        return words.name(finding.part()) + ": " + words.grade(finding.grade()) + ". " + words.text(finding)
                + (next.isEmpty() ? "" : " " + next);
    }
}
