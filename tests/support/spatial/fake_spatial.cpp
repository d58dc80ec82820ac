// A stand-in for 'spatial' (macOS): takes 'make' and 'info' with the flags that are documented or
// seen in users' scripts, refuses every other word, type and range, and writes a file with the
// boxes that Apple's encoder writes, so that what is checked afterwards is there. The second view
// itself is not coded.
//
// FAKE_SPATIAL: ok (default), fail, crash, hang (after the first progress), deaf (as hang, and deaf
// to SIGTERM), garbage, nothing, flat (one view), short (half of the film), camera (another field
// of view), mute (no sound), lies (the probe finds nothing).
//
// FAKE_SPATIAL_LOG: a file to which each call's words are added, one line a call; the number of the
// process stands in a file beside it, with .process behind its name.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <csignal>

#include <unistd.h>

#include "core/media/boxes/index_edit.hpp"
#include "core/media/boxes/sample_entries.hpp"
#include "core/media/boxes/stereo_boxes.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/media_file.hpp"

namespace {

namespace fs = std::filesystem;
using namespace relievo::media;
using Words = std::vector<std::string>;

[[noreturn]] void refuse(const std::string& what) {
  throw std::runtime_error(what);
}

double number_of(const std::string& flag, const std::string& text, double low, double high) {
  std::size_t used = 0;
  double value = 0;
  try {
    value = std::stod(text, &used);
  } catch (const std::exception&) {
    used = std::string::npos;
  }
  if (used != text.size()) refuse("The value '" + text + "' is invalid for '" + flag + "'");
  if (value < low || value > high) refuse("'" + flag + "' is out of range: " + text);
  return value;
}

void one_of(const std::string& flag, const std::string& text, const std::set<std::string>& words) {
  if (!words.contains(text)) refuse("The value '" + text + "' is invalid for '" + flag + "'");
}

// "30M": a whole number of megabits.
void check_bitrate(const std::string& text) {
  const bool fits = text.size() > 1 && text.back() == 'M' &&
                    text.find_first_not_of("0123456789") == text.size() - 1;
  if (!fits) refuse("The value '" + text + "' is invalid for '-b'");
}

struct Flags {
  std::vector<std::string> inputs;
  std::map<std::string, std::string> values;
  std::set<std::string> switches;

  [[nodiscard]] bool has(const std::string& flag) const { return values.contains(flag); }
  [[nodiscard]] const std::string& at(const std::string& flag) const {
    const auto found = values.find(flag);
    if (found == values.end()) refuse("Missing expected argument '" + flag + "'");
    return found->second;
  }
};

Flags parse(const Words& words, const std::map<std::string, std::string>& valued,
            const std::map<std::string, std::string>& plain) {
  Flags flags;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (const auto found = plain.find(words[i]); found != plain.end()) {
      flags.switches.insert(found->second);
      continue;
    }
    const auto found = valued.find(words[i]);
    if (found == valued.end()) refuse("Unknown option '" + words[i] + "'");
    if (i + 1 == words.size()) refuse("Missing value for '" + words[i] + "'");
    const auto& value = words[++i];
    if (found->second == "-i")
      flags.inputs.push_back(value);
    else if (!flags.values.emplace(found->second, value).second)
      refuse("'" + found->second + "' is given twice");
  }
  return flags;
}

// As AVFoundation opens files.
void check_input(const std::string& name) {
  if (!fs::exists(name)) refuse("The file '" + name + "' does not exist");
  const auto ending = fs::path(name).extension();
  if (ending != ".mp4" && ending != ".mov") refuse("Cannot open '" + name + "'");
  const auto& video = relievo::test::read_file(name).video();
  if (video.codec == AV_CODEC_ID_HEVC && video.tag != MKTAG('h', 'v', 'c', '1'))
    refuse("Cannot decode '" + name + "'");
  if (video.codec != AV_CODEC_ID_HEVC && video.codec != AV_CODEC_ID_H264)
    refuse("Cannot decode '" + name + "'");
}

Box field(const char (&type)[5], std::size_t bytes, std::uint64_t value, bool full = true) {
  Bytes head;
  if (full) add_number(head, 4, 0);
  add_number(head, bytes, value);
  return make_box(four_cc(type), std::move(head));
}

Box around(const char (&type)[5], std::vector<Box> children) {
  return make_box(four_cc(type), std::move(children));
}

std::uint64_t scaled(const Flags& flags, const std::string& flag, double unit) {
  return static_cast<std::uint64_t>(std::stod(flags.at(flag)) * unit + 0.5);
}

void add_boxes(const Flags& flags, const std::string& mode, Box& moov) {
  for (const auto& [track, entry] : video_entries(moov)) {
    if (mode == "flat") continue;
    entry->children.push_back(make_box(four_cc("lhvC"), Bytes(23)));
    std::vector<Box> eyes{field("stri", 1, kHasLeftEye | kHasRightEye),
                          field("hero", 1, flags.at("--hero") == "left" ? 1 : 2)};
    if (flags.has("--cdist"))
      eyes.push_back(around("cams", {field("blin", 4, scaled(flags, "--cdist", 1000))}));
    if (flags.has("--hadjust"))
      eyes.push_back(around("cmfy", {field("dadj", 4, scaled(flags, "--hadjust", 10000))}));
    entry->children.push_back(around("vexu", {around("proj", {field("prji", 4, four_cc("rect"))}),
                                              around("eyes", std::move(eyes))}));
    if (flags.has("--hfov"))
      entry->children.push_back(
          field("hfov", 4, scaled(flags, "--hfov", mode == "camera" ? 900 : 1000), false));
  }
}

// One eye of the film, coded as HEVC, its sound with it.
void write_film(const Flags& flags, const std::string& mode) {
  const auto& format = flags.at("-f");
  const auto& output = flags.at("-o");
  std::string crop = "crop=iw/2:ih:0:0";
  if (format == "ou" || format == "hou") crop = "crop=iw:ih/2:0:0";
  const bool sound = !flags.switches.contains("-n") && mode != "mute";
  const auto seconds = relievo::test::read_file(flags.inputs.at(0)).duration;
  relievo::test::ffmpeg(
      "-y -i \"" + flags.inputs.at(0) + "\" -map 0:v:0 " + (sound ? "-map 0:a? -c:a copy " : "") +
      (mode == "short" ? "-t " + std::to_string(seconds / 2) + " " : "") + "-vf " + crop +
      " -fps_mode passthrough -c:v libx265 -preset ultrafast -x265-params log-level=none -tag:v "
      "hvc1 -f " +
      (fs::path(output).extension() == ".mov" ? "mov" : "mp4") + " \"" + output + "\"");
  edit_index(output, [&](Box& moov) { add_boxes(flags, mode, moov); });
}

void hang() {
  for (;;) pause();
}

int make(const Words& words, const std::string& mode) {
  const auto flags = parse(words,
                           {{"-i", "-i"},
                            {"--input", "-i"},
                            {"-o", "-o"},
                            {"--output", "-o"},
                            {"-f", "-f"},
                            {"--format", "-f"},
                            {"--cdist", "--cdist"},
                            {"--hfov", "--hfov"},
                            {"--hadjust", "--hadjust"},
                            {"-b", "-b"},
                            {"--bitrate", "-b"},
                            {"-q", "-q"},
                            {"--quality", "-q"},
                            {"--primary", "--primary"},
                            {"--hero", "--hero"},
                            {"--projection", "--projection"}},
                           {{"-n", "-n"},
                            {"--no-audio", "-n"},
                            {"-y", "-y"},
                            {"--overwrite", "-y"},
                            {"--use-gpu", "--use-gpu"},
                            {"--faststart", "--faststart"}});
  if (flags.inputs.size() != 1) refuse("one input with both views is expected here");
  check_input(flags.inputs[0]);
  one_of("-f", flags.at("-f"), {"sbs", "ou", "hsbs", "hou"});
  one_of("--projection", flags.at("--projection"), {"rect", "equirect", "halfEquirect", "fisheye"});
  one_of("--primary", flags.at("--primary"), {"left", "right"});
  one_of("--hero", flags.at("--hero"), {"left", "right"});
  if (flags.has("--cdist")) number_of("--cdist", flags.at("--cdist"), 0, 10000);
  if (flags.has("--hfov")) number_of("--hfov", flags.at("--hfov"), 0, 360);
  if (flags.has("--hadjust")) number_of("--hadjust", flags.at("--hadjust"), -1, 1);
  if (flags.has("-q")) number_of("-q", flags.at("-q"), 0, 1);
  if (flags.has("-b")) check_bitrate(flags.at("-b"));
  const auto ending = fs::path(flags.at("-o")).extension();
  if (ending != ".mov" && ending != ".mp4") refuse("The output must be a .mov or .mp4 file");
  // The real one asks on the terminal; nobody answers here.
  if (fs::exists(flags.at("-o")) && !flags.switches.contains("-y"))
    refuse("Overwrite '" + flags.at("-o") + "'? [y/N]");

  std::cout << "Processing " << flags.inputs[0] << "\n 25%\r" << std::flush;
  if (mode == "fail") {
    std::ofstream(flags.at("-o")) << "half a film";
    std::cerr << "Warning: something else\nError: The encoder is not available (-12903)\n";
    return 3;
  }
  if (mode == "crash") std::raise(SIGABRT);
  if (mode == "deaf") std::signal(SIGTERM, SIG_IGN);
  if (mode == "hang" || mode == "deaf") {
    std::ofstream(flags.at("-o")) << "half a film";
    std::cout << " 50%\r" << std::flush;
    hang();
  }
  if (mode == "garbage") std::ofstream(flags.at("-o")) << "this is no film at all";
  if (mode != "garbage" && mode != "nothing") write_film(flags, mode);
  std::cout << "100%\rDone.\n";
  return 0;
}

int info(const Words& words, const std::string& mode) {
  const auto flags = parse(words, {{"-i", "-i"}, {"--input", "-i"}},
                           {{"--probe", "--probe"}, {"--debug", "--debug"}});
  if (flags.inputs.size() != 1) refuse("Missing expected argument '-i'");
  bool is_spatial = false;
  for (const auto& facts : read_stereo_facts(flags.inputs[0]))
    is_spatial |= facts.has_second_layer && facts.field_of_view.has_value() &&
                  (facts.baseline.has_value() || facts.adjustment.has_value());
  return is_spatial && mode != "lies" ? 0 : 1;
}

void note(const Words& words) {
  const char* log = std::getenv("FAKE_SPATIAL_LOG");
  if (log == nullptr) return;
  std::ofstream out(log, std::ios::app);
  for (std::size_t i = 0; i < words.size(); ++i) out << (i == 0 ? "" : " ") << words[i];
  out << "\n";
  std::ofstream(std::string(log) + ".process") << getpid();
}

}  // namespace

int main(int argc, char** argv) {
  const Words words(argv + 1, argv + argc);
  const char* set = std::getenv("FAKE_SPATIAL");
  const std::string mode = set == nullptr ? "ok" : set;
  note(words);
  try {
    if (words.empty()) refuse("Missing subcommand");
    if (words[0] == "make") return make(words, mode);
    if (words[0] == "info") return info(words, mode);
    refuse("Unknown subcommand '" + words[0] + "'");
  } catch (const std::exception& e) {
    std::cerr << "Error: " << e.what() << "\n";
    return 64;
  }
}
