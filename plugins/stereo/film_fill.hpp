// Holes of a view, painted with what the film shows there a moment before or after.
#pragma once

#include <vector>

#include "plugins/stereo/chroma_grid.hpp"
#include "plugins/stereo/film_memory.hpp"
#include "plugins/stereo/film_view.hpp"
#include "plugins/stereo/picture.hpp"
#include "plugins/stereo/view_map.hpp"

namespace relievo::stereo {

template <class T>
struct FilmTarget {
  ViewMap* map;
  const Components<T>* view;  // in the map's sense
  const ChromaGrid* chroma;   // where the components lie that are not full, if there are any
  bool mirrored;              // the map's sense is that of a mirrored picture
};

// Paints holes of one of the map's bands, and closes them in the map, where another frame shows
// what is there; chroma is painted where luma below it is. frames holds the components of each of
// the memory's frames that has the present one's format, by FilmMemory::colour()'s number. Any
// thread, each with bands of its own.
template <class T>
void paint_from_film(const FilmMemory& memory, const FilmView& film,
                     const std::vector<Components<const T>>& frames, const PictureFormat& format,
                     const FilmTarget<T>& target, int band);

}  // namespace relievo::stereo
